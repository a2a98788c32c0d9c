// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlementVault as I} from "../solidity/ISettlementVault.sol";
import {Fixture} from "./util/Fixture.sol";
import {vm} from "./util/Vm.sol";

contract ChallengesTest is Fixture {
    function setUp() public {
        _setUp(0, 10_000);
    }

    function test_honestSuccessorCannotBeChallenged() public {
        _simple();
        I.Leaf[] memory old = tree;
        bytes memory oldProof = _proof(old, 0);
        // Balances may fall: money is spent. Only what was granted or deposited never does.
        (tree[0].authorised, tree[0].spendable, tree[0].held) = (60, 1, 0);
        _commit(0);
        bytes memory proof = _proof(tree, 0);
        I.Leaf memory fresh = tree[0];
        vm.expectRevert(I.NoFault.selector);
        vault.challengeRegression(old[0], oldProof, fresh, proof);

        bytes memory bobsProof = _proof(tree, 5);
        I.Leaf memory bobs = tree[1];
        vm.expectRevert(I.NoFault.selector); // another index proves nothing
        vault.challengeRegression(old[0], oldProof, bobs, bobsProof);
        vault.veto();
        vm.expectRevert(I.NoEpochPending.selector);
        vault.challengeRegression(old[0], oldProof, fresh, proof);
    }

    function test_grantMovedToSomebodyElseIsChallengeable() public {
        _simple();
        I.Leaf memory old = tree[0];
        bytes memory oldProof = _proof(tree, 0);
        (tree[0].authorised, tree[1].authorised) = (49, 1);
        _commit(0);
        _challenge(old, oldProof);
    }

    function test_placeGivenToSomebodyElseIsChallengeable() public {
        _simple();
        I.Leaf memory old = tree[0];
        bytes memory oldProof = _proof(tree, 0);
        tree[0].account = carol;
        _commit(0);
        _challenge(old, oldProof);
    }

    function test_depositForgottenIsChallengeable() public {
        vault.deposit(alice, 10);
        vault.deposit(bob, 10);
        I.Leaf memory a = _leaf(0, alice, 0, 10);
        a.deposited = 10;
        _set(a, _leaf(5, bob, 0, 0));
        _go(0);
        bytes memory oldProof = _proof(tree, 0);
        (tree[0].deposited, tree[1].deposited) = (9, 1);
        _commit(0);
        _challenge(a, oldProof);
    }

    function _challenge(I.Leaf memory old, bytes memory oldProof) private {
        bytes memory proof = _proof(tree, 0);
        vm.expectEmit(address(vault));
        emit I.EpochVoided(_number(), stranger);
        vm.prank(stranger);
        vault.challengeRegression(old, oldProof, tree[0], proof);
        _skip(1 hours);
        vm.expectRevert(I.NoEpochPending.selector);
        vault.activate();
    }

    function test_accountLeftOutIsChallengeable() public {
        _simple();
        I.Leaf memory old = tree[1];
        bytes memory oldProof = _proof(tree, 5);
        _commit(0);
        bytes memory proof = _proof(tree, 5);
        vm.expectRevert(I.InvalidProof.selector);
        vault.challengeOmission(old, oldProof, proof); // it is there
        vault.veto();

        tree.pop();
        _commit(0);
        proof = _proof(tree, 5);
        bytes memory elsewhere = _proof(tree, 1);
        vm.expectRevert(I.InvalidProof.selector);
        vault.challengeOmission(old, oldProof, elsewhere);
        vm.prank(stranger);
        vault.challengeOmission(old, oldProof, proof);
        require(!vault.head().pending, "still pending");
    }

    function test_depositNeverMadeIsChallengeable() public {
        vault.deposit(bob, 10);
        _set(_leaf(0, alice, 0, 0), _leaf(5, bob, 0, 10));
        tree[1].deposited = 10;
        _commit(0);
        bytes memory proof = _proof(tree, 5);
        I.Leaf memory fine = tree[1];
        vm.expectRevert(I.NoFault.selector);
        vault.challengePhantomDeposit(fine, proof);
        vault.veto();

        (tree[1].deposited, tree[1].spendable) = (0, 0);
        tree[0].deposited = 10; // bob's deposit hidden behind alice's name
        _commit(0);
        vault.challengePhantomDeposit(tree[0], _proof(tree, 0));
        require(!vault.head().pending, "still pending");
    }

    function test_depositCreditedBeforeItsTurnIsChallengeable() public {
        vault.deposit(alice, 100);
        vault.deposit(bob, 60);
        _set(_leaf(0, alice, 0, 0), _leaf(5, bob, 0, 60));
        tree[1].deposited = 60; // 60 deposits seen, but the first 100 were alice's
        _commit(0);
        vault.challengePhantomDeposit(tree[1], _proof(tree, 5));
        require(!vault.head().pending, "still pending");
    }

    /// @dev What a challenger makes up is no evidence.
    function test_forgedEvidenceIsRefused() public {
        _simple();
        I.Leaf memory old = tree[0];
        bytes memory oldProof = _proof(tree, 0);
        _commit(0);
        I.Leaf memory fresh = tree[0];
        I.Leaf memory forged = tree[0];
        (forged.authorised, forged.spendable) = (51, 59);
        vm.expectRevert(I.InvalidProof.selector);
        vault.challengeRegression(forged, oldProof, fresh, oldProof);
        (forged.authorised, forged.spendable) = (49, 61);
        vm.expectRevert(I.InvalidProof.selector);
        vault.challengeRegression(old, oldProof, forged, oldProof);
        forged.deposited = 1;
        vm.expectRevert(I.InvalidProof.selector);
        vault.challengePhantomDeposit(forged, oldProof);

        I.Leaf memory nobody = _leaf(1, carol, 0, 1); // place 1 was empty before as well
        bytes memory emptyProof = _proof(tree, 1);
        vm.expectRevert(I.InvalidProof.selector);
        vault.challengeOmission(nobody, emptyProof, emptyProof);
        require(vault.head().pending, "voided by a forgery");
    }
}
