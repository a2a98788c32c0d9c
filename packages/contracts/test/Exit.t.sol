// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlementVault as I} from "../solidity/ISettlementVault.sol";
import {Fixture} from "./util/Fixture.sol";
import {Vm, vm} from "./util/Vm.sol";

contract ExitTest is Fixture {
    function setUp() public {
        _setUp(0, 10_000);
    }

    // ------------------------------------------------------------------ forced exit

    function _request(uint256 i) private {
        bytes memory proof = _proof(tree, tree[i].index);
        I.Leaf memory leaf = tree[i];
        vm.prank(leaf.account);
        vault.requestExit(leaf, proof);
    }

    /// @dev Whether the leaf ends its account's request.
    function _resolves(uint256 i) private returns (bool) {
        bytes memory proof = _proof(tree, tree[i].index);
        try vault.resolveExit(tree[i], proof) {
            return true;
        } catch (bytes memory reason) {
            require(bytes4(reason) == I.ExitUnserved.selector, "another reason");
            return false;
        }
    }

    function test_requestIsTheAccountsOwnAndKeepsItsDeadline() public {
        _simple();
        bytes memory proof = _proof(tree, 0);
        I.Leaf memory leaf = tree[0];
        vm.expectRevert(I.NotAccount.selector);
        vault.requestExit(leaf, proof);
        uint256 deadline = _now() + 12 days;
        vm.expectEmit(address(vault));
        emit I.ExitRequested(alice, 0, deadline);
        _request(0);
        _skip(1 days);
        _request(0);
        _eq(vault.accountOf(alice).exitDeadline, deadline);
    }

    /// @dev A member who keeps being liked always has something held; that must not keep a request open for ever.
    function test_requestCoversSpendableOnly() public {
        _simple();
        _request(0);
        require(!_resolves(0), "resolved by the leaf it was made with");
        (tree[0].authorised, tree[0].spendable, tree[0].held) = (110, 0, 400);
        _go(0);
        require(_resolves(0), "held money keeps it open");
        _eq(vault.accountOf(alice).exitDeadline, 0);
        I.Leaf memory leaf = tree[0];
        bytes memory proof = _proof(tree, 0);
        vm.expectRevert(I.NothingToPay.selector); // and doesn't open another one
        vm.prank(alice);
        vault.requestExit(leaf, proof);
        vm.expectRevert(I.NoExitRequested.selector);
        vault.resolveExit(leaf, proof);
    }

    function test_requestStaysOpenWhilePayoutOrSpendableRemains() public {
        _simple();
        _request(0);
        (tree[0].spendable, tree[0].payout, tree[0].batch) = (0, 60, 0);
        _go(vault.batchHash(2, 0, abi.encodePacked(alice, uint96(60))));
        require(!_resolves(0), "payout not settled yet");
        (tree[0].spendable, tree[0].payout) = (1, 0);
        _go(0);
        require(!_resolves(0), "one unit remains");
        tree[0].spendable = 0;
        _go(0);
        require(_resolves(0), "served");
    }

    /// @dev The pending epoch's snapshot was taken without knowing of the request.
    function test_requestIsNotResolvedByAnEpochCommittedBeforeIt() public {
        _simple();
        I.Leaf memory old = tree[0];
        bytes memory oldProof = _proof(tree, 0);
        (tree[0].spendable, tree[0].held) = (0, 100);
        _commit(0);
        vm.prank(alice);
        vault.requestExit(old, oldProof);
        _skip(1 hours);
        vault.activate();
        require(!_resolves(0), "resolved by an epoch older than the request");
        _go(0);
        require(_resolves(0), "served");
    }

    function test_requestIsNotResolvedByAnotherLeafOfTheAccount() public {
        _fund(1000);
        _set(_leaf(0, alice, 0, 60), _leaf(5, alice, 0, 0));
        _go(0);
        _request(0);
        _go(0);
        require(!_resolves(1), "resolved by an empty leaf elsewhere");
        tree[0].spendable = 0;
        tree[0].authorised = 60;
        _go(0);
        require(_resolves(0), "served");
    }

    function test_fullClaimResolvesTheRequest() public {
        _simple();
        _request(0);
        vault.claim(tree[0], _proof(tree, 0), alice); // spendable remains: still open
        require(vault.accountOf(alice).exitDeadline != 0, "ended too early");
        (tree[0].authorised, tree[0].spendable) = (110, 0);
        _go(0);
        vm.expectEmit(address(vault));
        emit I.ExitResolved(alice);
        vault.claim(tree[0], _proof(tree, 0), alice);
        I.Account memory a = vault.accountOf(alice);
        require(a.exitDeadline == 0 && a.exitIndex == 0 && a.exitEpoch == 0, "still open");
        _eq(_balance(alice), 110);
        _skip(12 days + 1);
        vm.expectRevert(I.OperatorAlive.selector);
        vault.enterExitMode(alice);
    }

    /// @dev Nobody asked, so nothing is resolved: not in the log either, which the books follow.
    function test_claimWithoutARequestResolvesNone() public {
        _fund(1000);
        _set(_leaf(0, alice, 50, 0), _leaf(5, bob, 0, 70));
        _go(0);
        bytes memory proof = _proof(tree, 0);
        vm.recordLogs();
        vault.claim(tree[0], proof, alice);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            require(logs[i].topics[0] != I.ExitResolved.selector, "resolved");
        }
    }

    function test_resolvedRequestLeavesNothingBehind() public {
        _simple();
        _request(1);
        I.Account memory open = vault.accountOf(bob);
        require(open.exitDeadline == _now() + 12 days && open.exitIndex == 5 && open.exitEpoch == 2, "request");
        (tree[1].authorised, tree[1].spendable) = (70, 0);
        _go(0);
        require(_resolves(1), "served");
        I.Account memory a = vault.accountOf(bob);
        require(a.exitDeadline == 0 && a.exitIndex == 0 && a.exitEpoch == 0, "still there");
    }

    function test_unservedRequestStartsExitMode() public {
        _simple();
        _request(1);
        _skip(12 days);
        vm.expectRevert(I.OperatorAlive.selector); // to the second
        vault.enterExitMode(bob);
        _go(0); // alive, but bob isn't served
        vm.expectRevert(I.OperatorAlive.selector);
        vault.enterExitMode(alice);
        vm.prank(stranger);
        vault.enterExitMode(bob);
        vault.exit(tree[1], _proof(tree, 5), bob);
        _eq(_balance(bob), 70);
        I.Leaf memory leaf = tree[1];
        vm.expectRevert(I.IsFrozen.selector);
        vault.claim(leaf, "", bob);
        vm.expectRevert(I.IsFrozen.selector);
        vault.enterExitMode(bob);
        vm.expectRevert(I.IsFrozen.selector);
        _takeOut(stranger, 1);
        vm.expectRevert(I.IsFrozen.selector);
        vault.activate();
        I.Epoch memory next = _epoch(tree, 0);
        vm.expectRevert(I.IsFrozen.selector);
        vault.commit(next, 3, SENTINEL, 0);
        vm.expectRevert(I.IsFrozen.selector);
        vm.prank(bob);
        vault.requestExit(leaf, "");
        vm.expectRevert(I.IsFrozen.selector);
        vault.resolveExit(leaf, "");
    }

    // ------------------------------------------------------------------ exit mode

    function test_silenceStartsExitModeAndAnActivationEndsIt() public {
        _simple();
        _skip(14 days);
        vm.expectRevert(I.OperatorAlive.selector);
        vault.enterExitMode(address(0));
        _go(0);
        vm.expectRevert(I.OperatorAlive.selector);
        vault.enterExitMode(address(0));
        _skip(14 days + 1);
        vm.prank(stranger);
        vault.enterExitMode(address(0));
    }

    function test_pendingEpochCountsOnceAnybodyCouldHaveActivatedIt() public {
        _simple();
        _skip(14 days);
        tree[0].spendable = 59;
        _commit(0);
        _skip(1);
        uint256 state = vm.snapshotState();
        vault.enterExitMode(address(0));
        require(vault.head().number == 1 && !vault.head().pending, "could still be challenged");
        vm.revertToState(state);
        _skip(1 hours);
        vault.enterExitMode(address(0));
        _eq(vault.head().number, 2);
    }

    function test_exitPaysGrantsSpendableHeldAndNewDepositsOnce() public {
        bytes memory records = _withBatch();
        vault.executeBatch(3, records, noProof); // 10
        vault.claim(tree[0], _proof(tree, 0), alice); // 5
        vault.deposit(alice, 11);
        vault.deposit(carol, 33);
        bytes memory proof = _proof(tree, 0);
        I.Leaf memory leaf = tree[0];
        vm.expectRevert(I.NotFrozen.selector);
        vault.exit(leaf, proof, alice);
        vm.expectRevert(I.NotFrozen.selector);
        vault.exitDeposit(carol);
        _silence();
        vm.expectRevert(I.NotAccount.selector);
        vm.prank(stranger);
        vault.exit(leaf, proof, stranger);
        vault.exit(leaf, proof, alice);
        _eq(_balance(alice), 10 + 5 + 60 + 25 + 11);
        vault.exitDeposit(carol);
        _eq(_balance(carol), 33);
        vm.expectRevert(I.NothingToPay.selector);
        vault.exit(leaf, proof, alice);
        vm.expectRevert(I.NothingToPay.selector);
        vault.exitDeposit(carol);
        vm.expectRevert(I.DepositInTree.selector);
        vault.exitDeposit(alice);
        vault.exit(tree[1], _proof(tree, 5), bob);
        _eq(_balance(bob), 20 + 7 + 50);
        _eq(vault.outstanding(), 0);
    }

    function test_exitPaysTheUnpaidBatch() public {
        _withBatch();
        _silence();
        vault.exit(tree[0], _proof(tree, 0), alice);
        vault.exit(tree[1], _proof(tree, 5), bob);
        _eq(_balance(alice), 5 + 60 + 25 + 10);
        _eq(_balance(bob), 7 + 50 + 20);
        _eq(vault.outstanding(), 0);
    }

    function test_pauseNeverStopsExits() public {
        _withBatch();
        vault.deposit(carol, 33);
        vault.pause();
        uint256 paused = vm.snapshotState();
        bytes memory proof = _proof(tree, 0);
        vm.prank(alice);
        vault.requestExit(tree[0], proof);
        vm.revertToState(paused);
        vault.unpause();
        _silence();
        vault.pause();
        require(_now() < vault.pausedUntil(), "not paused");
        vault.exit(tree[0], _proof(tree, 0), alice);
        _eq(_balance(alice), 100);
        vault.exitDeposit(carol);
        _eq(_balance(carol), 33);
    }

    /// @dev A deposit newer than the tree, given back first, isn't charged against the tree's part.
    function test_depositAndLeafEachPayOnceInEitherOrder() public {
        _simple();
        vault.deposit(alice, 30);
        _silence();
        uint256 state = vm.snapshotState();
        vault.exitDeposit(alice);
        vault.exit(tree[0], _proof(tree, 0), alice);
        _eq(_balance(alice), 30 + 150);
        _eq(vault.outstanding(), 70);
        vm.revertToState(state);
        vault.exit(tree[0], _proof(tree, 0), alice);
        _eq(_balance(alice), 30 + 150);
        vm.expectRevert(I.DepositInTree.selector);
        vault.exitDeposit(alice);
    }

    function test_depositInTheTreeIsPaidByTheLeaf() public {
        vault.deposit(alice, 10);
        I.Leaf memory a = _leaf(0, alice, 0, 10);
        a.deposited = 10;
        _set(a, _leaf(5, bob, 0, 0));
        _go(0);
        vault.deposit(alice, 5);
        _silence();
        vm.expectRevert(I.DepositInTree.selector);
        vault.exitDeposit(alice);
        vault.exit(tree[0], _proof(tree, 0), alice);
        _eq(_balance(alice), 15);
    }

    /// @dev Nobody challenged an epoch that credits bob's deposit before alice's earlier one: bob could take his from
    /// the tree and from the pot. Whichever way he comes, he is paid once, and alice in full.
    function test_depositCreditedBeforeItsTurnIsPaidOnce() public {
        vault.deposit(alice, 100);
        vault.deposit(bob, 60);
        _set(_leaf(0, alice, 0, 0), _leaf(5, bob, 0, 60));
        tree[1].deposited = 60;
        _go(0);
        _silence();
        uint256 state = vm.snapshotState();

        vault.exit(tree[1], _proof(tree, 5), bob);
        vm.expectRevert(I.DepositInTree.selector);
        vault.exitDeposit(bob);
        vault.exit(tree[0], _proof(tree, 0), alice);
        _eq(_balance(bob), 60);
        _eq(_balance(alice), 100);

        vm.revertToState(state);
        vault.exitDeposit(bob); // out of a pot that isn't his
        vault.exit(tree[0], _proof(tree, 0), alice);
        _eq(_balance(alice), 40);
        bytes memory proof = _proof(tree, 5);
        vm.prank(stranger);
        vault.exit(tree[1], proof, bob); // pays nothing, but fills the pot again
        vault.exit(tree[0], _proof(tree, 0), alice);
        _eq(_balance(bob), 60);
        _eq(_balance(alice), 100);
        _eq(vault.outstanding(), 0);
    }

    /// @dev A leaf that counts deposits never made must not lock its owner's balance.
    function test_exitSurvivesADepositNeverMade() public {
        vault.deposit(bob, 10);
        _fund(100);
        _set(_leaf(0, alice, 0, 100), _leaf(5, bob, 0, 0));
        tree[0].deposited = 10;
        _go(0);
        _silence();
        vault.exit(tree[0], _proof(tree, 0), alice);
        _eq(_balance(alice), 100);
    }

    /// @dev Whatever a bad epoch says of payouts and deposits, what the tree sums up stays covered.
    function test_undeclaredPayoutNeverTouchesTheTree() public {
        vault.deposit(bob, 10);
        _fund(60);
        _set(_leaf(0, alice, 0, 1), _leaf(5, bob, 0, 50));
        tree[0].payout = 1000;
        I.Epoch memory e = _epoch(tree, 0);
        e.payoutTotal = 9; // not what the leaf says
        vault.commit(e, 1, SENTINEL, 0);
        _skip(1 hours);
        vault.activate();
        _silence();
        vault.exit(tree[0], _proof(tree, 0), alice);
        _eq(_balance(alice), 1 + 19); // its own, and the whole pot (9 + 10)
        vault.exit(tree[1], _proof(tree, 5), bob);
        _eq(_balance(bob), 50);
    }

    function test_forgedLeafNeitherAsksNorResolvesNorLeaves() public {
        _simple();
        _request(0);
        I.Leaf memory forged = tree[1];
        bytes memory proof = _proof(tree, 5);
        forged.spendable = 71;
        vm.expectRevert(I.InvalidProof.selector);
        vm.prank(bob);
        vault.requestExit(forged, proof);

        _go(0);
        forged = tree[0];
        proof = _proof(tree, 0);
        (forged.spendable, forged.held) = (0, 100); // the same sum
        vm.expectRevert(I.InvalidProof.selector);
        vault.resolveExit(forged, proof);

        _silence();
        forged.held = 1000;
        vm.expectRevert(I.InvalidProof.selector);
        vault.exit(forged, proof, alice);
    }

    /// @dev What a leaf holds beyond the deposit that was given back already is paid along with the correction.
    function test_restOfTheLeafIsPaidWithTheCorrection() public {
        vault.deposit(alice, 100);
        vault.deposit(bob, 60);
        _fund(40);
        _set(_leaf(0, alice, 0, 0), _leaf(5, bob, 0, 100));
        tree[1].deposited = 60; // before its turn
        _go(0);
        _silence();
        vault.exitDeposit(bob);
        vault.exit(tree[1], _proof(tree, 5), bob);
        _eq(_balance(bob), 100);
        bytes memory proof = _proof(tree, 5);
        vm.expectRevert(I.NothingToPay.selector);
        vault.exit(tree[1], proof, bob);
        vault.exit(tree[0], _proof(tree, 0), alice);
        _eq(_balance(alice), 100);
        _eq(vault.outstanding(), 0);
    }
}
