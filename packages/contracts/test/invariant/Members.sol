// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlementVault as I} from "../../solidity/ISettlementVault.sol";
import {vm} from "../util/Vm.sol";
import {Operator} from "./Operator.sol";

/// @dev What members do: claim, ask to leave, doubt, and leave.
abstract contract Members is Operator {
    mapping(address account => uint256) private _resolvableFrom;

    // ------------------------------------------------------------------ members

    function claim(uint256 who, uint256 where) external watched keepsEpochs whileLedgerLives {
        if (active.leaves.length == 0) return;
        uint256 i = _whoHasClaims(who);
        bool elsewhere = where % 2 == 0;
        uint256 due = active.leaves[i].authorised - vault.accountOf(user(i)).claimed;
        if (due == 0 || (!elsewhere && token.blocked(user(i)))) return;
        bytes memory proof = _proofOf(i);
        address to = elsewhere ? _elsewhere(i) : user(i);
        uint256 before = _balance(to);
        vm.prank(user(i));
        vault.claim(active.leaves[i], proof, to);
        if (_balance(to) - before != due) fault = "claim not in full";
        totalOut += due;
        _note(Seen.Claim);
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

    function claimOwed(uint256 who) external watched keepsEpochs {
        for (uint256 n; n < USERS && vault.owed(user(who)) == 0; ++n) {
            who = (who % USERS) + 1;
        }
        uint256 due = vault.owed(user(who));
        if (due == 0) return;
        _pauseNow();
        vm.prank(user(who));
        vault.claimOwed(user(who), _elsewhere(who));
        totalOut += due;
        _note(Seen.OwedClaim);
        if (_paused()) _note(Seen.OwedClaimWhilePaused);
    }

    /// @dev I10: the guardian pauses at the worst moment, as soon as it is allowed to again.
    function _pauseNow() private {
        uint256 cooledDown = vault.pausedUntil() + 7 days;
        if (_now() < cooledDown) vm.warp(cooledDown);
        vault.pause();
    }

    function requestExit(uint256 who) external watched keepsEpochs whileLedgerLives {
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

    function resolveExit(uint256 who) external watched keepsEpochs whileLedgerLives {
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

    /// @dev Doubts that the pending tree has the own leaf.
    function demand(uint256 who) external watched keepsEpochs whileLedgerLives {
        uint256 i = who % USERS;
        I.Head memory h = vault.head();
        if (!h.pending || _now() >= h.validAt || active.leaves.length == 0) return;
        bytes memory proof = _proofOf(i);
        vm.prank(user(i));
        try vault.demandLeaf(active.leaves[i], proof) {
            demanded[i] = true;
            _note(Seen.Demand);
        } catch (bytes memory reason) {
            if (bytes4(reason) != I.AlreadyDemanded.selector) fault = "demand refused";
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
        _discard();
        _note(Seen.ExitMode);
    }

    function exit(uint256 who) external watched keepsEpochs {
        if (!vault.head().frozen) return;
        _pauseNow();
        for (uint256 n; n < USERS && dueAtExit(who % USERS) == 0; ++n) {
            who = (who % USERS) + 1;
        }
        _exit(who % USERS);
    }

    function exitDeposit(uint256 who) external watched keepsEpochs {
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
        if (_balance(user(i)) - before != due) fault = "I8: deposit not in full";
        totalOut += due;
        _note(Seen.ExitDeposit);
    }

    function _exit(uint256 i) private {
        uint256 due = dueAtExit(i);
        if (due == 0) return;
        if (active.leaves.length == 0) return _exitDeposit(i);
        bytes memory proof = _proofOf(i);
        address to = _elsewhere(i);
        uint256 before = _balance(to);
        vm.prank(user(i));
        vault.exit(active.leaves[i], proof, to); // paused or not
        if (_balance(to) - before != due) fault = "I8: exit not in full";
        totalOut += due;
        _note(Seen.Exit);
        if (_paused()) _note(Seen.ExitWhilePaused);
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
            uint256 owed = vault.owed(user(i));
            if (owed != 0) vault.claimOwed(user(i), user(i));
            totalOut += owed;
            _exit(i);
            if (dueAtExit(i) != 0 || vault.owed(user(i)) != 0) fault = "I8: somebody was left behind";
        }
        if (vault.outstanding() != 0) fault = "I8: something outstanding that nobody holds";
    }
}
