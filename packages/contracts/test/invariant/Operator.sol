// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlementVault as I} from "../../solidity/ISettlementVault.sol";
import {vm} from "../util/Vm.sol";
import {Watched} from "./Watched.sol";

/// @dev Members' money within the ledger, and what the operator makes of it.
abstract contract Operator is Watched {
    bool[6] internal demanded; // whose leaf of the pending tree is demanded and not shown yet

    // ------------------------------------------------------------------ money in, and within the ledger

    function deposit(uint256 who, uint256 amount) external watched keepsEpochs whileLedgerLives {
        if (_paused()) return;
        uint256 sum = 1 + amount % 1e6;
        vault.deposit(user(who), sum);
        totalIn += sum;
    }

    function topUp(uint256 amount) external watched {
        _fund(amount % 1e5);
        totalIn += amount % 1e5;
    }

    function credit() external watched whileLedgerLives {
        _credit();
    }

    function tip(uint256 from, uint256 to, uint256 amount) external watched whileLedgerLives {
        uint128 sum = uint128(amount % (uint256(_free(from % USERS)) + 1));
        ledger[from % USERS].spendable -= sum;
        ledger[to % USERS].spendable += sum;
    }

    function like(uint256 from, uint256 to, uint256 amount) external watched whileLedgerLives {
        uint128 sum = uint128(amount % (uint256(_free(from % USERS)) + 1));
        ledger[from % USERS].spendable -= sum;
        ledger[to % USERS].held += sum;
    }

    function clear(uint256 who, uint256 amount) external watched whileLedgerLives {
        uint128 sum = uint128(amount % (uint256(ledger[who % USERS].held) + 1));
        ledger[who % USERS].held -= sum;
        ledger[who % USERS].spendable += sum;
    }

    function askWithdrawal(uint256 who, uint256 amount) public watched whileLedgerLives {
        ledger[who % USERS].queued += uint128(amount % (uint256(_free(who % USERS)) + 1));
    }

    // ------------------------------------------------------------------ the operator

    function build(uint256 seed) public watched whileLedgerLives {
        if (!vault.head().pending) _build(seed);
    }

    function commit() public watched {
        if (!hasBuilt) return;
        I.Head memory h = vault.head();
        bool stale = vault.executed() != builtExecuted || h.number + 1 != builtNumber;
        bool refused = stale || h.pending || h.frozen || _paused();
        try vault.commit(builtEpoch, builtNumber, builtExecuted, 0) {
            if (refused) fault = "commit taken that had to be refused";
            pending = built;
            delete demanded;
            hasBuilt = false;
            _note(Seen.Commit);
        } catch (bytes memory reason) {
            bool overLimit = bytes4(reason) == I.OutflowLimitExceeded.selector;
            // The limit shrinks with the reserves, which claims lower. Insolvent an honest ledger never is.
            if (!refused && !overLimit) fault = "honest commit refused";
            if (stale) _note(Seen.StaleCommit);
            if (!h.pending) hasBuilt = false;
        }
    }

    function activate() public watched {
        I.Head memory h = vault.head();
        if (!h.pending || h.frozen) return;
        if (_now() < h.validAt) vm.warp(h.validAt);
        for (uint256 i; i < USERS; ++i) {
            _answer(i);
        }
        vault.activate();
        _settle();
        _note(Seen.Activation);
    }

    /// @dev Shows the leaf of a user who demanded it.
    function answer(uint256 who) external watched keepsEpochs {
        if (vault.head().pending) _answer(who % USERS);
    }

    function _answer(uint256 i) private {
        if (!demanded[i]) return;
        uint24 open = vault.head().demands;
        bytes memory proof = _proof(pending.leaves, pending.leaves[i].index);
        vault.answerDemand(active.leaves[i], pending.leaves[i], proof);
        demanded[i] = false;
        if (vault.head().demands != open - 1) fault = "answer not counted";
        _note(Seen.Answer);
    }

    /// @dev The operator never shows it.
    function voidUnanswered(uint256 rare) external watched {
        I.Head memory h = vault.head();
        if (h.demands == 0 || rare % 4 != 0) return;
        if (_now() < h.validAt + 1 hours) vm.warp(h.validAt + 1 hours);
        vault.voidUnanswered();
        if (vault.head().pending) fault = "an epoch that owes a leaf lives on";
        _discard();
        _note(Seen.Unanswered);
    }

    function _discard() internal {
        delete pending;
        delete demanded;
    }

    function executeBatch(uint256 which) public watched keepsEpochs {
        uint256 b = which % 2;
        I.Head memory h = vault.head();
        if (h.frozen || h.number == 0 || active.records[b].length == 0) return;
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = active.batchHashes[1 - b];
        bool refused = (vault.executed() >> b) & 1 != 0 || h.pending || _paused();
        uint256 before = _balance(address(vault));
        try vault.executeBatch(b, active.records[b], proof) {
            if (refused) fault = "batch paid that had to be refused";
            totalOut += before - _balance(address(vault));
            paidBits = vault.executed();
            for (uint256 i; i < USERS; ++i) {
                if (active.leaves[i].batch == b) paidByBatch[i] += active.leaves[i].payout;
                if (vault.owed(user(i)) != 0) _note(Seen.RefusedPayout);
            }
            _note(Seen.Batch);
        } catch {
            if (!refused) fault = "batch refused";
        }
    }

    /// @dev A whole epoch at once, so that a run sees many.
    function settle(uint256 seed) external whileLedgerLives {
        if (_paused() && seed & (1 << 43) != 0) vault.unpause();
        _credit();
        for (uint256 i; i < USERS; ++i) {
            if ((seed >> (20 + i)) & 1 != 0) askWithdrawal(i, seed >> 100);
        }
        build(seed);
        commit();
        if (seed & (1 << 40) != 0) activate();
        if (seed & (1 << 41) != 0) executeBatch(0);
        if (seed & (1 << 42) != 0) executeBatch(1);
    }

    /// @dev A batch is paid between snapshot and commit.
    function race(uint256 seed) external whileLedgerLives {
        _credit();
        build(seed);
        executeBatch(seed >> 50);
        commit();
    }
}
