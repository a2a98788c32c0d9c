// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlementVault as I} from "../solidity/ISettlementVault.sol";
import {Fixture} from "./util/Fixture.sol";
import {vm} from "./util/Vm.sol";

/// @dev A leaf that nobody can see is neither wrong nor missing; whoever it belongs to asks for it.
contract DemandsTest is Fixture {
    I.Leaf private old; // alice's in the active tree
    bytes private oldProof;

    function setUp() public {
        _setUp(0, 10_000);
        _simple();
        old = tree[0];
        oldProof = _proof(tree, 0);
    }

    function _demand() private {
        vm.prank(alice);
        vault.demandLeaf(old, oldProof);
    }

    function _answer() private {
        vault.answerDemand(old, tree[0], _proof(tree, 0));
    }

    function _refused(bytes4 reason, I.Leaf memory leaf, I.Leaf memory fresh, bytes memory proof) private {
        vm.expectRevert(reason);
        vault.answerDemand(leaf, fresh, proof);
    }

    function test_activationWaitsUntilTheLeafIsShown() public {
        tree[0].spendable = 10;
        _commit(0);
        vm.expectEmit(address(vault));
        emit I.LeafDemanded(2, alice, 0);
        _demand();
        _eq(vault.head().demands, 1);
        _skip(1 hours);
        vm.expectRevert(abi.encodeWithSelector(I.DemandsOpen.selector, 1));
        vault.activate();

        bytes memory proof = _proof(tree, 0);
        vm.expectEmit(address(vault));
        emit I.DemandAnswered(2, 0);
        vm.prank(stranger);
        vault.answerDemand(old, tree[0], proof);
        _eq(vault.head().demands, 0);
        vault.activate();
        _eq(vault.head().number, 2);
    }

    function test_leafThatIsNotShownVoidsTheEpoch() public {
        tree[0].salt = bytes32(uint256(0xdead)); // whoever built it tells nobody
        _commit(0);
        _demand();
        _skip(2 hours - 1);
        vm.expectRevert(I.TooEarly.selector);
        vault.voidUnanswered();
        _skip(1);
        vm.expectEmit(address(vault));
        emit I.EpochVoided(2, stranger);
        vm.prank(stranger);
        vault.voidUnanswered();
        I.Head memory h = vault.head();
        require(!h.pending && h.demands == 0 && h.number == 1, "still pending");
        vm.expectRevert(I.NoEpochPending.selector);
        vault.activate();
    }

    function test_nobodyVoidsAnEpochThatOwesNoLeaf() public {
        _commit(0);
        _demand();
        _answer();
        _skip(2 hours);
        vm.expectRevert(I.NoFault.selector);
        vault.voidUnanswered();
    }

    function test_onlyTheAccountItselfDemandsAndWithItsActiveLeaf() public {
        vm.expectRevert(I.NoEpochPending.selector);
        _demand();
        _commit(0);
        vm.expectRevert(I.NotAccount.selector);
        vault.demandLeaf(old, oldProof);
        I.Leaf memory forged = old;
        forged.authorised += 1;
        vm.expectRevert(I.InvalidProof.selector);
        vm.prank(alice);
        vault.demandLeaf(forged, oldProof);
        _skip(1 hours);
        vm.expectRevert(I.TooLate.selector);
        _demand();
    }

    function test_leafIsDemandedOnceAnEpoch() public {
        _commit(0);
        _demand();
        vm.expectRevert(I.AlreadyDemanded.selector);
        _demand();
        _answer();
        vm.expectRevert(I.AlreadyDemanded.selector);
        _demand();
        _refused(I.NotDemanded.selector, old, tree[0], _proof(tree, 0));
    }

    /// @dev The same tree committed again is another epoch: nothing is left of the demands of the first.
    function test_demandDiesWithItsEpoch() public {
        _commit(0);
        _demand();
        vault.veto();
        bytes memory proof = _proof(tree, 0);
        _refused(I.NoEpochPending.selector, old, tree[0], proof);
        _commit(0);
        _refused(I.NotDemanded.selector, old, tree[0], proof);
        _demand();
        _eq(vault.head().demands, 1);
        _answer();
        _skip(1 hours);
        vault.activate();

        vm.prank(alice);
        vm.expectRevert(I.NoEpochPending.selector);
        vault.demandLeaf(old, oldProof);
        _commit(0);
        _demand(); // the active tree is the same once more
        _eq(vault.head().demands, 1);
    }

    function test_answerMustBeTheAccountsAndTakeNothingBack() public {
        vault.deposit(alice, 10);
        tree[0].deposited = 10;
        tree[0].spendable += 10;
        _go(0);
        old = tree[0];
        oldProof = _proof(tree, 0);

        _commit(0);
        _demand();
        _refused(I.LeafRegresses.selector, old, tree[1], _proof(tree, 5)); // bob's place
        I.Leaf memory invented = tree[0];
        invented.held += 1;
        _refused(I.InvalidProof.selector, old, invented, _proof(tree, 0));
        vault.veto();

        _regressed(bob, 50, 10);
        _regressed(alice, 49, 10);
        _regressed(alice, 50, 9);
        (tree[0].account, tree[0].authorised, tree[0].deposited) = (alice, 50, 10);
        _commit(0);
        _demand();
        _answer();
    }

    function _regressed(address account, uint128 authorised, uint128 deposited) private {
        (tree[0].account, tree[0].authorised, tree[0].deposited) = (account, authorised, deposited);
        I.Epoch memory e = _epoch(tree, 0);
        (e.authorisedTotal, e.depositsSeen) = (50, 10); // as if somebody else had them
        vault.commit(e, 3, SENTINEL, 0);
        _demand();
        _refused(I.LeafRegresses.selector, old, tree[0], _proof(tree, 0));
        vault.veto();
    }

    /// @dev Another account at the same place is no answer, nor is the same account at another place.
    function test_answerIsOfTheSamePlace() public {
        _set(_leaf(0, alice, 50, 60), _leaf(5, alice, 50, 60));
        _go(0);
        old = tree[0];
        oldProof = _proof(tree, 0);
        _commit(0);
        _demand();
        _refused(I.LeafRegresses.selector, old, tree[1], _proof(tree, 5));
        _answer();
    }

    function test_severalDemandsAreAnsweredOneByOne() public {
        I.Leaf memory bobs = tree[1];
        bytes memory bobsProof = _proof(tree, 5);
        _commit(0);
        _demand();
        vm.prank(bob);
        vault.demandLeaf(bobs, bobsProof);
        _eq(vault.head().demands, 2);
        _answer();
        _skip(1 hours);
        vm.expectRevert(abi.encodeWithSelector(I.DemandsOpen.selector, 1));
        vault.activate();
        vault.answerDemand(bobs, tree[1], _proof(tree, 5));
        vault.activate();
    }

    function test_pauseStopsNoDemandAndNoAnswer() public {
        _commit(0);
        vault.pause();
        _demand();
        _answer();
        _skip(1 hours);
        vault.activate();
    }

    /// @dev What its owner can't see doesn't count when everybody leaves.
    function test_epochThatOwesALeafDoesNotCountInExitMode() public {
        _skip(14 days);
        tree[0].spendable = 0;
        _commit(0);
        _demand();
        _skip(1 hours);
        uint256 state = vm.snapshotState();
        vault.enterExitMode(address(0));
        _eq(vault.head().number, 1);
        vault.exit(old, oldProof, alice);
        _eq(_balance(alice), 150);
        vm.revertToState(state);
        _answer();
        vault.enterExitMode(address(0));
        _eq(vault.head().number, 2);
    }
}
