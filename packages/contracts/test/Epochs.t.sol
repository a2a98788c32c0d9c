// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlementVault as I} from "../solidity/ISettlementVault.sol";
import {Fixture} from "./util/Fixture.sol";
import {vm} from "./util/Vm.sol";

contract EpochsTest is Fixture {
    function setUp() public {
        _setUp(0, 10_000);
    }

    // ------------------------------------------------------------------ commit

    function test_onlyTheOperatorCommits() public {
        _simple();
        I.Epoch memory good = _epoch(tree, 0);
        vm.expectRevert();
        vm.prank(stranger);
        vault.commit(good, 2, SENTINEL, 0);
    }

    function test_commitNamesTheNextEpochAndWhatWasPaid() public {
        _simple();
        I.Epoch memory good = _epoch(tree, 0);
        vm.expectRevert(abi.encodeWithSelector(I.WrongEpoch.selector, 2));
        vault.commit(good, 1, SENTINEL, 0);
        vm.expectRevert(abi.encodeWithSelector(I.WrongEpoch.selector, 2));
        vault.commit(good, 3, SENTINEL, 0);
        vm.expectRevert(abi.encodeWithSelector(I.BatchesChanged.selector, SENTINEL));
        vault.commit(good, 2, SENTINEL | 1, 0);

        vm.expectEmit(address(vault));
        emit I.EpochCommitted(2, good, _now() + 1 hours, bytes32(uint256(0xda7a)));
        vault.commit(good, 2, SENTINEL, bytes32(uint256(0xda7a)));
        vm.expectRevert(I.EpochPending.selector);
        vault.commit(good, 2, SENTINEL, 0);
    }

    function test_epochThatContradictsItselfOrTheLastIsRefused() public {
        vault.deposit(alice, 10);
        _fund(990);
        _set(_leaf(0, alice, 50, 100), _leaf(5, bob, 0, 70));
        tree[0].deposited = 10;
        _go(0);
        I.Epoch memory e = _epoch(tree, 0);
        e.root = 0;
        _invalid(e);
        e = _epoch(tree, 0);
        e.depth = 41;
        _invalid(e);
        e = _epoch(tree, 0);
        e.depth = DEPTH - 1;
        _invalid(e);
        e = _epoch(tree, 0);
        e.authorisedTotal = uint120(e.gross) + 1;
        _invalid(e);
        e = _epoch(tree, 0);
        e.authorisedTotal = 49;
        _invalid(e);
        e = _epoch(tree, 0);
        e.depositsSeen = 11;
        _invalid(e);
        e = _epoch(tree, 0);
        e.depositsSeen = 9;
        _invalid(e);
    }

    function _invalid(I.Epoch memory e) private {
        vm.expectRevert(I.InvalidEpoch.selector);
        vault.commit(e, 2, SENTINEL, 0);
    }

    function test_pauseStopsCommitsUntilItEndsByItself() public {
        _simple();
        I.Epoch memory good = _epoch(tree, 0);
        vault.pause();
        vm.expectRevert(I.IsPaused.selector);
        vault.commit(good, 2, SENTINEL, 0);
        _skip(72 hours);
        vault.commit(good, 2, SENTINEL, 0);
    }

    // ------------------------------------------------------------------ stale snapshots

    /// @dev A bitmap alone says nothing of the epoch it belongs to: "batch 3 paid" looks alike in both.
    function test_staleCommitWithTheSameBitmapIsRefused() public {
        bytes memory first = _withBatch();
        vault.executeBatch(3, first, noProof);
        I.Epoch memory builtInEpoch1 = _epoch(tree, 0);
        uint256 seen = vault.executed();

        bytes memory second = abi.encodePacked(bob, uint96(30));
        tree[0].payout = 0;
        (tree[1].payout, tree[1].spendable) = (30, 20);
        _go(vault.batchHash(2, 3, second));
        vault.executeBatch(3, second, noProof);
        _eq(vault.executed(), seen);
        vm.expectRevert(abi.encodeWithSelector(I.WrongEpoch.selector, 3));
        vault.commit(builtInEpoch1, 2, seen, 0); // would give bob his 30 once more
    }

    function test_batchPaidAfterTheSnapshotStopsTheCommit() public {
        bytes memory records = _withBatch();
        uint256 seen = vault.executed();
        (tree[0].spendable, tree[0].payout) = (70, 0); // the snapshot gives the unpaid 10 back
        I.Epoch memory e = _epoch(tree, 0);
        vault.executeBatch(3, records, noProof);
        vm.expectRevert(abi.encodeWithSelector(I.BatchesChanged.selector, seen | 8));
        vault.commit(e, 2, seen, 0);
    }

    // ------------------------------------------------------------------ solvency

    function test_commitIsRefusedWhenOneUnitIsMissing() public {
        _simple();
        I.Epoch memory e = _epoch(tree, 0);
        e.gross = 1001;
        vm.expectRevert(abi.encodeWithSelector(I.Insolvent.selector, 1000, 1001));
        vault.commit(e, 2, SENTINEL, 0);
        e = _epoch(tree, 0);
        e.payoutTotal = 1000 - 220 + 1;
        vm.expectRevert(abi.encodeWithSelector(I.Insolvent.selector, 1000, 1001));
        vault.commit(e, 2, SENTINEL, 0);
    }

    function test_depositsTheEpochHasNotSeenAreCoveredToo() public {
        vault.deposit(alice, 10);
        _set(_leaf(0, alice, 0, 1), _leaf(5, bob, 0, 0));
        I.Epoch memory e = _epoch(tree, 0);
        vm.expectRevert(abi.encodeWithSelector(I.Insolvent.selector, 10, 11));
        vault.commit(e, 1, SENTINEL, 0);
    }

    function test_heldMoneyIsCoveredToo() public {
        _fund(9);
        _set(_leaf(0, alice, 0, 0), _leaf(5, bob, 0, 0));
        tree[0].held = 10;
        I.Epoch memory e = _epoch(tree, 0);
        vm.expectRevert(abi.encodeWithSelector(I.Insolvent.selector, 9, 10));
        vault.commit(e, 1, SENTINEL, 0);
    }

    /// @dev Batches have a pot of their own: they can't be paid out of what backs the leaves.
    function test_batchesCannotBePaidFromBalances() public {
        _fund(150);
        _set(_leaf(0, alice, 0, 100), _leaf(5, bob, 0, 50));
        I.Epoch memory e = _epoch(tree, vault.batchHash(1, 0, abi.encodePacked(stranger, uint96(150))));
        e.payoutTotal = 150;
        vm.expectRevert(abi.encodeWithSelector(I.Insolvent.selector, 150, 300));
        vault.commit(e, 1, SENTINEL, 0);
    }

    /// @dev needed = gross + payouts + deposits not seen; here nothing was claimed and nothing is owed.
    function testFuzz_commitTakesExactlyWhatIsCovered(
        uint64 funds,
        uint64 deposits,
        uint64 spendable,
        uint64 held,
        uint64 payout,
        bool seen
    ) public {
        _fund(funds);
        if (deposits != 0) vault.deposit(alice, deposits);
        _set(_leaf(0, alice, 0, spendable), _leaf(5, bob, 0, 0));
        (tree[0].held, tree[0].payout) = (held, payout);
        if (seen) tree[0].deposited = deposits;
        I.Epoch memory e = _epoch(tree, 0);
        uint256 reserves = uint256(funds) + deposits;
        uint256 needed = uint256(spendable) + held + payout + (seen ? 0 : deposits);
        if (payout > reserves) {
            vm.expectRevert(abi.encodeWithSelector(I.OutflowLimitExceeded.selector, payout, reserves));
        } else if (needed > reserves) {
            vm.expectRevert(abi.encodeWithSelector(I.Insolvent.selector, reserves, needed));
        }
        vault.commit(e, 1, SENTINEL, 0);
    }

    // ------------------------------------------------------------------ activation and veto

    function test_nothingPendingNothingToActivateOrVeto() public {
        vm.expectRevert(I.NoEpochPending.selector);
        vault.activate();
        vm.expectRevert(I.NoEpochPending.selector);
        vault.veto();
        vm.expectRevert(I.NoEpochPending.selector);
        vault.pendingEpoch();
    }

    function test_anybodyActivatesAfterTheDelay() public {
        _fund(1000);
        _set(_leaf(0, alice, 50, 100), _leaf(5, bob, 0, 70));
        _commit(0);
        _eq(vault.pendingEpoch().gross, 220);
        _eq(vault.outstanding(), 220);
        _skip(1 hours - 1);
        vm.expectRevert(I.TooEarly.selector);
        vault.activate();
        _skip(1);
        vm.expectEmit(address(vault));
        emit I.EpochActivated(1);
        vm.prank(stranger);
        vault.activate();
        I.Head memory h = vault.head();
        _eq(h.number, 1);
        _eq(h.lastActivation, _now());
        _eq(h.validAt, 0);
        _eq(vault.activeEpoch().gross, 220);
        require(!h.pending, "pending");
        vm.expectRevert(I.NoEpochPending.selector);
        vault.activate();
    }

    function test_onlyTheGuardianVetoesAndTheNumberIsFreeAgain() public {
        _fund(1000);
        _set(_leaf(0, alice, 50, 100), _leaf(5, bob, 0, 70));
        _commit(0);
        vm.expectRevert();
        vm.prank(stranger);
        vault.veto();
        vm.expectEmit(address(vault));
        emit I.EpochVoided(1, address(this));
        vault.veto();
        _skip(1 hours);
        vm.expectRevert(I.NoEpochPending.selector);
        vault.activate();
        _go(0);
        _eq(vault.head().number, 1);
    }

    // ------------------------------------------------------------------ outflow limit

    function test_outflowLimitIsTheGreaterOfFloorAndShare() public {
        _fund(1000);
        vault.proposeOutflowLimit(30, 500); // 5 % of 1000 = 50
        vm.expectRevert(I.TooEarly.selector);
        vault.applyOutflowLimit();
        _skip(2 days);
        vm.prank(stranger);
        vault.applyOutflowLimit();
        vm.expectRevert(I.NoLimitProposed.selector);
        vault.applyOutflowLimit();

        _set(_leaf(0, alice, 41, 100), _leaf(5, bob, 0, 70));
        tree[1].payout = 10;
        I.Epoch memory e = _epoch(tree, 0);
        vm.expectRevert(abi.encodeWithSelector(I.OutflowLimitExceeded.selector, 51, 50));
        vault.commit(e, 1, SENTINEL, 0);
        tree[0].authorised = 40;
        _go(0);
        tree[0].authorised = 80; // only what is new counts
        _go(0);

        _takeOut(stranger, 1000 - 80 - 170 - 10); // 260 left, 5 % = 13: the floor of 30 rules
        tree[1].payout = 0;
        (tree[0].authorised, tree[0].spendable) = (111, 69);
        e = _epoch(tree, 0);
        vm.expectRevert(abi.encodeWithSelector(I.OutflowLimitExceeded.selector, 31, 30));
        vault.commit(e, 3, SENTINEL, 0);
    }

    function test_onlyTheAdminProposesALimit() public {
        vm.expectRevert(I.BadConfig.selector);
        vault.proposeOutflowLimit(0, 10_001);
        vm.expectRevert();
        vm.prank(stranger);
        vault.proposeOutflowLimit(0, 1);
        vault.proposeOutflowLimit(3, 4);
        (I.OutflowLimit memory inForce, I.OutflowLimit memory proposed) = vault.outflowLimit();
        require(inForce.floor == 0 && inForce.bps == 10_000, "changed before its time");
        require(proposed.floor == 3 && proposed.bps == 4 && proposed.validAt == _now() + 2 days, "proposal");
    }

    function test_outflowLimitIsAppliedByAnybodyAfterItsDelay() public {
        vault.proposeOutflowLimit(3, 4);
        _skip(2 days - 1);
        vm.expectRevert(I.TooEarly.selector);
        vault.applyOutflowLimit();
        _skip(1);
        vm.expectEmit(address(vault));
        emit I.OutflowLimitApplied(3, 4);
        vm.prank(stranger);
        vault.applyOutflowLimit();
        (I.OutflowLimit memory inForce, I.OutflowLimit memory proposed) = vault.outflowLimit();
        require(inForce.floor == 3 && inForce.bps == 4 && inForce.validAt == 0, "in force");
        require(proposed.validAt == 0, "still proposed");
    }
}
