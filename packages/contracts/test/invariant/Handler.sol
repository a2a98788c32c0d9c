// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlementVault as I} from "../../solidity/ISettlementVault.sol";
import {vm} from "../util/Vm.sol";
import {Members} from "./Members.sol";

/// @dev What people do to the vault: members, the operator, a thief, the treasurer, the guardian, and the clock. Every
/// step checks that it did what it had to, and notes a fault where it didn't.
contract Handler is Members {
    constructor() {
        _setUp(FLOOR, SHARE);
    }

    // ------------------------------------------------------------------ the thief

    function steal(uint256 who, uint256 how, uint256 amount) external watched keepsEpochs {
        address thief = address(0x7417F);
        address victim = user(who);
        bytes memory call;
        how %= 15;
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
            if (how > 10) return _slander(thief, how, leaf, proof, who % USERS);
            call = how < 8
                ? abi.encodeCall(vault.claim, (leaf, proof, to))
                : abi.encodeCall(vault.exit, (leaf, proof, to));
        }
        _attempt(thief, call);
    }

    /// @dev An honest pending epoch survives every challenge.
    function _slander(address thief, uint256 how, I.Leaf memory leaf, bytes memory proof, uint256 i) private {
        if (pending.leaves.length == 0) return;
        I.Leaf memory next = pending.leaves[i];
        bytes memory nextProof = _proof(pending.leaves, next.index);
        bytes memory call;
        if (how == 11) call = abi.encodeCall(vault.challengeRegression, (leaf, proof, next, nextProof));
        if (how == 12) call = abi.encodeCall(vault.challengeOmission, (leaf, proof, nextProof));
        if (how == 13) call = abi.encodeCall(vault.challengePhantomDeposit, (next, nextProof));
        if (how == 14) call = abi.encodeCall(vault.demandLeaf, (leaf, proof));
        _attempt(thief, call);
    }

    function _attempt(address thief, bytes memory call) private {
        vm.prank(thief);
        (bool ok,) = address(vault).call(call);
        if (ok) fault = "I6: somebody without a role got through";
    }

    // ------------------------------------------------------------------ treasurer, guardian, token, time

    function withdrawSurplus(uint256 amount) external watched {
        uint256 sum = amount % (_balance(address(vault)) + 2);
        try vault.withdrawSurplus(address(0x7EA5), sum, bytes32(++_debits)) {
            totalOut += sum;
            if (_balance(address(vault)) < vault.outstanding()) fault = "I7: more than the surplus left";
            if (sum != 0) _note(Seen.Surplus);
        } catch {
            _note(Seen.SurplusRefused);
        }
    }

    function veto() external watched {
        if (!vault.head().pending) return;
        vault.veto();
        _discard();
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
