// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlementVault as I} from "../../solidity/ISettlementVault.sol";
import {IDollar, IVault} from "../util/Artifacts.sol";
import {vm} from "../util/Vm.sol";
import {HonestLedger} from "./HonestLedger.sol";

/// @dev What people do to the vault: members, the operator, a thief, the treasurer, the guardian, and the clock. Every
/// step checks that it did what it had to, and notes a fault where it didn't.
contract Handler is HonestLedger {
    enum Seen {
        Commit,
        StaleCommit,
        Activation,
        Veto,
        Batch,
        ClaimWhilePaused,
        OwedClaim,
        ExitRequest,
        ExitResolved,
        ExitMode,
        ExitDeposit,
        Exit,
        Surplus,
        Pause
    }

    string public fault; // empty while all is well
    uint256 public seen; // one bit per {Seen}
    uint256 public totalIn;
    uint256 public totalOut;

    mapping(address account => uint256) private _lastClaimed;
    mapping(address account => uint256) private _resolvableFrom;
    uint32 private _bitsNumber;
    uint256 private _bits;

    constructor() {
        _setUp(FLOOR, SHARE);
    }

    modifier watched() {
        _;
        for (uint256 i; i < USERS; ++i) {
            uint256 claimed = vault.accountOf(user(i)).claimed;
            if (claimed < _lastClaimed[user(i)]) fault = "claimed fell";
            _lastClaimed[user(i)] = claimed;
        }
        uint32 number = vault.head().number;
        uint256 bits = vault.executed();
        if (number == _bitsNumber && _bits & ~bits != 0) fault = "a batch's bit fell";
        (_bitsNumber, _bits) = (number, bits);
    }

    modifier whileLedgerLives() {
        if (vault.head().frozen) return;
        _;
    }

    function vaultAndToken() external view returns (IVault, IDollar) {
        return (vault, token);
    }

    function _note(Seen what) private {
        seen |= 1 << uint256(what);
    }

    function _paused() private view returns (bool) {
        return _now() < vault.pausedUntil();
    }

    function _proofOf(uint256 i) private view returns (bytes memory) {
        return _proof(active.leaves, active.leaves[i].index);
    }

    // ------------------------------------------------------------------ money in, and within the ledger

    function deposit(uint256 who, uint256 amount) external watched whileLedgerLives {
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
        vault.activate();
        _settle();
        _note(Seen.Activation);
    }

    function executeBatch(uint256 which) public watched {
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

    // ------------------------------------------------------------------ members

    function claim(uint256 who, uint256 where) external watched whileLedgerLives {
        if (active.leaves.length == 0) return;
        uint256 i = _whoHasClaims(who);
        bool elsewhere = where % 2 == 0;
        uint256 due = active.leaves[i].authorised - vault.accountOf(user(i)).claimed;
        if (due == 0 || (!elsewhere && token.blocked(user(i)))) return;
        bytes memory proof = _proofOf(i);
        address to = elsewhere ? address(0xE15E) : user(i);
        uint256 before = _balance(to);
        vm.prank(user(i));
        vault.claim(active.leaves[i], proof, to);
        if (_balance(to) - before != due) fault = "claim not in full";
        totalOut += due;
        if (_paused()) _note(Seen.ClaimWhilePaused);
    }

    /// @dev The next user with something to claim, or just `who`: most have nothing most of the time.
    function _whoHasClaims(uint256 who) private view returns (uint256) {
        for (uint256 n; n < USERS; ++n) {
            uint256 i = (who % USERS + n) % USERS;
            if (active.leaves[i].authorised != vault.accountOf(user(i)).claimed) return i;
        }
        return who % USERS;
    }

    function claimOwed(uint256 who) external watched {
        uint256 due = vault.owed(user(who));
        if (due == 0) return;
        vm.prank(user(who));
        vault.claimOwed(user(who), address(0xE15E));
        totalOut += due;
        _note(Seen.OwedClaim);
    }

    function requestExit(uint256 who) external watched whileLedgerLives {
        uint256 i = who % USERS;
        if (active.leaves.length == 0) return;
        if (active.leaves[i].spendable == 0 && active.leaves[i].payout == 0) return;
        bool open = vault.accountOf(user(i)).exitDeadline != 0;
        bytes memory proof = _proofOf(i);
        vm.prank(user(i));
        vault.requestExit(active.leaves[i], proof);
        I.Head memory h = vault.head();
        if (!open) _resolvableFrom[user(i)] = h.number + (h.pending ? 2 : 1);
        ledger[i].queued += _free(i); // no more debits of this member
        _note(Seen.ExitRequest);
    }

    function resolveExit(uint256 who) external watched whileLedgerLives {
        uint256 i = who % USERS;
        if (active.leaves.length == 0 || vault.accountOf(user(i)).exitDeadline == 0) return;
        I.Leaf memory leaf = active.leaves[i];
        bool served = leaf.spendable == 0 && leaf.payout == 0;
        served = served && vault.head().number >= _resolvableFrom[user(i)];
        try vault.resolveExit(leaf, _proofOf(i)) {
            if (!served) fault = "request ended unserved";
            _note(Seen.ExitResolved);
        } catch {
            if (served) fault = "served request not ended";
        }
    }

    // ------------------------------------------------------------------ exit mode

    function freeze(uint256 who, uint256 rare) external watched whileLedgerLives {
        if (rare % 4 != 0) return; // or every run would end here early
        uint256 deadline = vault.accountOf(user(who)).exitDeadline;
        if (rare % 8 == 0) _skip(14 days + 1);
        else if (deadline != 0 && _now() <= deadline) vm.warp(deadline + 1);
        else return;
        _freeze(user(who));
    }

    function _freeze(address unserved) private {
        uint32 number = vault.head().number;
        vault.enterExitMode(unserved);
        if (vault.head().number != number) _settle();
        delete pending;
        _note(Seen.ExitMode);
    }

    function exit(uint256 who) external watched {
        if (vault.head().frozen) _exit(who % USERS);
    }

    function exitDeposit(uint256 who) external watched {
        if (!vault.head().frozen) return;
        for (uint256 n; n < USERS; ++n) {
            _exitDeposit((who % USERS + n) % USERS);
        }
    }

    /// @dev What a user may still take out in exit mode, from the leaf and the pot together.
    function dueAtExit(uint256 i) public view returns (uint256) {
        I.Account memory a = vault.accountOf(user(i));
        if (active.leaves.length == 0) return a.deposited - a.exitPotTaken;
        I.Leaf memory l = active.leaves[i];
        uint256 unpaid = (vault.executed() >> l.batch) & 1 != 0 ? 0 : l.payout;
        uint256 fromTree = uint256(l.authorised) + l.spendable + l.held - a.claimed;
        return fromTree + unpaid + (a.deposited - l.deposited) - a.exitPotTaken;
    }

    function _exitDeposit(uint256 i) private {
        I.Account memory a = vault.accountOf(user(i));
        uint256 due = a.deposited - a.exitPotTaken;
        bool inTree = a.leftWithLeaf || a.firstAt < vault.activeEpoch().depositsSeen;
        if (due == 0 || inTree || token.blocked(user(i))) return;
        uint256 before = _balance(user(i));
        vault.exitDeposit(user(i));
        if (_balance(user(i)) - before != due) fault = "deposit not in full";
        totalOut += due;
        _note(Seen.ExitDeposit);
    }

    function _exit(uint256 i) private {
        uint256 due = dueAtExit(i);
        if (due == 0) return;
        if (active.leaves.length == 0) return _exitDeposit(i);
        bytes memory proof = _proofOf(i);
        address to = address(uint160(0xE000 + i));
        uint256 before = _balance(to);
        vm.prank(user(i));
        vault.exit(active.leaves[i], proof, to); // paused or not
        if (_balance(to) - before != due) fault = "exit not in full";
        totalOut += due;
        _note(Seen.Exit);
    }

    /// @dev Ends it all: exit mode, and everybody leaves in an order made of the seed.
    function everybodyLeaves(uint256 seed) external {
        for (uint256 i; i < USERS; ++i) {
            token.setBlocked(user(i), false);
        }
        if (!vault.head().frozen) {
            _skip(14 days + 1);
            _freeze(address(0));
        }
        for (uint256 n; n < USERS; ++n) {
            uint256 i = (seed + n * 5) % USERS;
            if (seed & (1 << (n + 16)) != 0) _exitDeposit(i);
            if (seed & (1 << (n + 8)) != 0) _exit(i);
        }
        for (uint256 i; i < USERS; ++i) {
            if (vault.owed(user(i)) != 0) vault.claimOwed(user(i), user(i));
            _exit(i);
            if (dueAtExit(i) != 0 || vault.owed(user(i)) != 0) fault = "somebody was left behind";
        }
        if (vault.outstanding() != 0) fault = "something outstanding that nobody holds";
    }

    // ------------------------------------------------------------------ the thief

    function steal(uint256 who, uint256 how, uint256 amount) external watched {
        address thief = address(0x7417F);
        address victim = user(who);
        bytes memory call;
        how %= 11;
        if (how == 0) call = abi.encodeCall(vault.withdrawSurplus, (thief, 1, bytes32(uint256(1))));
        if (how == 1) call = abi.encodeCall(vault.commit, (builtEpoch, _number(), vault.executed(), 0));
        if (how == 2) call = abi.encodeCall(vault.veto, ());
        if (how == 3) call = abi.encodeCall(vault.claimOwed, (victim, thief));
        if (how == 4) {
            bytes memory list = abi.encodePacked(thief, uint96(amount));
            call = abi.encodeCall(vault.executeBatch, (2, list, new bytes32[](who % 3)));
        }
        if (how > 4) {
            if (active.leaves.length == 0) return;
            I.Leaf memory leaf = active.leaves[who % USERS];
            bytes memory proof = _proofOf(who % USERS);
            address to = thief;
            if (how == 6) leaf.account = thief;
            if (how == 7) (leaf.authorised, to) = (leaf.authorised + 1 + uint96(amount), victim);
            if (how == 8) (leaf.index, to) = (4, victim); // the empty place
            if (how == 9) (leaf.held, to) = (leaf.held + 1 + uint96(amount), victim);
            call = how < 8
                ? abi.encodeCall(vault.claim, (leaf, proof, to))
                : abi.encodeCall(vault.exit, (leaf, proof, to));
        }
        vm.prank(thief);
        (bool ok,) = address(vault).call(call);
        if (ok) fault = "theft";
    }

    // ------------------------------------------------------------------ treasurer, guardian, token, time

    function withdrawSurplus(uint256 amount) external watched {
        uint256 sum = amount % (_balance(address(vault)) + 2);
        try vault.withdrawSurplus(address(0x7EA5), sum, bytes32(++_debits)) {
            totalOut += sum;
            if (sum != 0) _note(Seen.Surplus);
        } catch {}
    }

    function veto() external watched {
        if (!vault.head().pending) return;
        vault.veto();
        delete pending;
        _note(Seen.Veto);
    }

    function pause() external watched {
        try vault.pause() {
            _note(Seen.Pause);
        } catch {}
    }

    function unpause() external watched {
        if (_paused()) vault.unpause();
    }

    function blockRecipient(uint256 who, uint256 value) external watched {
        token.setBlocked(user(who), value % 3 == 0);
    }

    function wait(uint256 time) external watched {
        _skip(time % 1 days);
    }
}
