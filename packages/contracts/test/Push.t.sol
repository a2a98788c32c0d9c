// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {ISettlementVault as I} from "../solidity/ISettlementVault.sol";
import {BatchPayout} from "../solidity/libraries/BatchPayout.sol";
import {Artifacts} from "./util/Artifacts.sol";
import {Fixture} from "./util/Fixture.sol";
import {OddToken} from "./util/OddToken.sol";
import {vm} from "./util/Vm.sol";

contract PushTest is Fixture {
    function setUp() public {
        _setUp(0, 10_000);
    }

    function test_anybodyPaysABatchOnce() public {
        bytes memory records = _withBatch();
        vm.expectEmit(address(vault));
        emit I.BatchExecuted(1, 3, 30, 0);
        vm.prank(stranger);
        vault.executeBatch(3, records, noProof);
        _eq(_balance(alice), 10);
        _eq(_balance(bob), 20);
        _eq(vault.executed(), SENTINEL | 8);
        _eq(vault.head().unpaid, 0);
        vm.expectRevert(I.BatchAlreadyExecuted.selector);
        vault.executeBatch(3, records, noProof);
    }

    function test_batchIsBoundToItsNumberItsListAndItsEpoch() public {
        bytes memory records = _withBatch();
        vm.expectRevert(I.InvalidProof.selector);
        vault.executeBatch(4, records, noProof);
        vm.expectRevert(I.NoSuchBatch.selector);
        vault.executeBatch(255, records, noProof);
        vm.expectRevert(I.InvalidProof.selector);
        vault.executeBatch(3, abi.encodePacked(alice, uint96(10), bob, uint96(21)), noProof);
        vm.expectRevert(I.InvalidProof.selector);
        vault.executeBatch(3, records, new bytes32[](1));
        _commit(0);
        vm.expectRevert(I.EpochPending.selector);
        vault.executeBatch(3, records, noProof);
        _skip(1 hours);
        vault.activate();
        vm.expectRevert(I.InvalidProof.selector); // the last epoch's batch
        vault.executeBatch(3, records, noProof);
    }

    function test_batchOfAnotherVaultOrChainIsRefused() public {
        bytes memory records = abi.encodePacked(alice, uint96(10));
        _fund(100);
        _set(_leaf(0, alice, 0, 10), _leaf(5, bob, 0, 0));
        tree[0].payout = 10;
        _go(Artifacts.vault(_config(0, 10_000)).batchHash(1, 0, records));
        vm.expectRevert(I.InvalidProof.selector);
        vault.executeBatch(0, records, noProof);

        _go(vault.batchHash(2, 0, records));
        vm.chainId(99);
        vm.expectRevert(I.InvalidProof.selector);
        vault.executeBatch(0, records, noProof);
        vm.chainId(31337);
        vault.executeBatch(0, records, noProof);
    }

    function test_pauseAndExitModeStopBatches() public {
        bytes memory records = _withBatch();
        vault.pause();
        vm.expectRevert(I.IsPaused.selector);
        vault.executeBatch(3, records, noProof);
        _silence();
        vm.expectRevert(I.IsFrozen.selector);
        vault.executeBatch(3, records, noProof);
    }

    function test_batchesCannotExceedTheirTotal() public {
        _fund(1000);
        bytes memory records = abi.encodePacked(alice, uint96(10), bob, uint96(20));
        _set(_leaf(0, alice, 0, 500), _leaf(5, bob, 0, 400));
        tree[0].payout = 29;
        _go(vault.batchHash(1, 0, records));
        vm.expectRevert(I.BatchesOverdrawn.selector);
        vault.executeBatch(0, records, noProof);
    }

    function test_brokenListIsRefused() public {
        _fund(1000);
        bytes memory records = abi.encodePacked(alice, uint96(10), uint8(1));
        _set(_leaf(0, alice, 0, 500), _leaf(5, bob, 0, 400));
        tree[0].payout = 10;
        _go(vault.batchHash(1, 0, records));
        vm.expectRevert(BatchPayout.MalformedRecords.selector);
        vault.executeBatch(0, records, noProof);
    }

    // ------------------------------------------------------------------ refusing recipients

    function test_severalRefusingRecipientsAreOwedAndTheRestIsPaid() public {
        address dave = address(0xDA4E);
        bytes memory records = abi.encodePacked(
            abi.encodePacked(bob, uint96(1), alice, uint96(2), address(0), uint96(0)),
            abi.encodePacked(bob, uint96(4), dave, uint96(16), carol, uint96(8), dave, uint96(32))
        );
        _fund(1000);
        _set(_leaf(0, alice, 0, 1), _leaf(5, bob, 0, 1));
        tree[0].payout = 63;
        _go(vault.batchHash(1, 0, records));
        token.setBlocked(bob, true);
        token.setBlocked(dave, true);

        vm.expectEmit(address(vault));
        emit I.PayoutDeferred(bob, 1);
        vm.expectEmit(address(vault));
        emit I.PayoutDeferred(bob, 4);
        vm.expectEmit(address(vault));
        emit I.PayoutDeferred(dave, 16);
        vm.expectEmit(address(vault));
        emit I.PayoutDeferred(dave, 32);
        vm.expectEmit(address(vault));
        emit I.BatchExecuted(1, 0, 63, 53);
        vault.executeBatch(0, records, noProof);
        _eq(_balance(alice), 2);
        _eq(_balance(carol), 8);
        _eq(vault.owed(bob), 5);
        _eq(vault.owed(dave), 48);
        _eq(vault.totals().owed, 53);
        _eq(vault.outstanding(), 2 + 53);
    }

    function test_batchThatEverybodyRefusesIsOwedWhole() public {
        bytes memory records = _withBatch();
        token.setBlocked(alice, true);
        token.setBlocked(bob, true);
        vault.executeBatch(3, records, noProof);
        _eq(vault.owed(alice), 10);
        _eq(vault.owed(bob), 20);
        _eq(vault.totals().owed, 30);
    }

    function test_blockedVaultDefersNobody() public {
        bytes memory records = _withBatch();
        token.setBlocked(address(vault), true);
        vm.expectRevert(I.TokenUnavailable.selector);
        vault.executeBatch(3, records, noProof);
        token.setBlocked(address(vault), false);
        vault.executeBatch(3, records, noProof);
        _eq(_balance(alice), 10);
    }

    function test_owedMoneyIsClaimedByItsOwnerAnywhereByOthersToTheOwner() public {
        bytes memory records = _withBatch();
        token.setBlocked(bob, true);
        vault.executeBatch(3, records, noProof);
        vm.expectRevert(I.NotAccount.selector);
        vm.prank(stranger);
        vault.claimOwed(bob, stranger);
        vm.expectRevert();
        vault.claimOwed(bob, bob); // still refused, and still owed
        _eq(vault.owed(bob), 20);

        uint256 state = vm.snapshotState();
        vault.pause(); // stops no claim
        vm.expectEmit(address(vault));
        emit I.OwedClaimed(bob, carol, 20);
        vm.prank(bob);
        vault.claimOwed(bob, carol);
        _eq(_balance(carol), 20);
        _eq(vault.totals().owed, 0);
        vm.expectRevert(I.NothingToPay.selector);
        vault.claimOwed(bob, bob);

        vm.revertToState(state);
        token.setBlocked(bob, false);
        vm.prank(stranger);
        vault.claimOwed(bob, bob);
        _eq(_balance(bob), 20);
    }

    function test_owedMoneyIsNoSurplusAndOutlivesItsEpoch() public {
        bytes memory records = _withBatch();
        token.setBlocked(bob, true);
        vault.executeBatch(3, records, noProof);
        (tree[0].payout, tree[1].payout) = (0, 0);
        _go(0);
        uint256 surplus = 1000 - 10 - 20 - 90 - 57; // alice's 10 is paid, bob's 20 owed, the leaves hold 147
        vm.expectRevert(abi.encodeWithSelector(I.Insolvent.selector, 990, 991));
        _takeOut(stranger, surplus + 1);
        _takeOut(stranger, surplus);
        token.setBlocked(bob, false);
        vault.claimOwed(bob, bob);
        _eq(_balance(bob), 20);
        _eq(_balance(address(vault)), 147);
    }

    /// @dev Whatever subset refuses: paid and owed add up to the batch, and everybody else is paid to the unit.
    function testFuzz_paidAndOwedAddUpToTheBatch(uint40[10] calldata amounts, uint16 refusing) public {
        bytes memory records;
        uint256 total;
        for (uint160 i; i < amounts.length; ++i) {
            records = abi.encodePacked(records, address(0xF00 + i), uint96(amounts[i]));
            total += amounts[i];
        }
        _fund(total + 1);
        _set(_leaf(0, alice, 0, 1), _leaf(5, bob, 0, 0));
        tree[0].payout = uint128(total);
        _go(vault.batchHash(1, 0, records));
        for (uint160 i; i < amounts.length; ++i) {
            if ((refusing >> i) & 1 != 0) token.setBlocked(address(0xF00 + i), true);
        }
        vault.executeBatch(0, records, noProof);

        uint256 owed;
        for (uint160 i; i < amounts.length; ++i) {
            bool refuses = (refusing >> i) & 1 != 0;
            _eq(_balance(address(0xF00 + i)), refuses ? 0 : amounts[i]);
            _eq(vault.owed(address(0xF00 + i)), refuses ? amounts[i] : 0);
            owed += vault.owed(address(0xF00 + i));
        }
        _eq(vault.totals().owed, owed);
        _eq(_balance(address(vault)), 1 + owed);
        _eq(vault.outstanding(), 1 + owed);
    }

    /// @dev An inner call starved of gas must fail the batch, not defer somebody who would have been paid.
    function testFuzz_starvedGasNeverDefers(uint32 gasAmount) public {
        bytes memory records = _withBatch();
        uint256 gasGiven = 40_000 + gasAmount % 400_000;
        (bool ok,) =
            address(vault).call{gas: gasGiven}(abi.encodeCall(vault.executeBatch, (3, records, noProof)));
        if (ok) require(_balance(alice) == 10 && _balance(bob) == 20, "deferred by starvation");
    }

    // ------------------------------------------------------------------ odd tokens

    /// @dev A vault of an odd token; its batch 0 pays 4 to bob and 5 to carol.
    function _odd() private returns (OddToken odd, bytes memory records) {
        odd = new OddToken();
        I.Config memory config = _config(0, 10_000);
        config.token = address(odd);
        config.treasurer = address(odd); // may call even that
        vault = Artifacts.vault(config);
        odd.mint(address(vault), 100);
        records = abi.encodePacked(bob, uint96(4), carol, uint96(5));
        _set(_leaf(0, alice, 0, 1), _leaf(5, bob, 0, 0));
        tree[1].payout = 9;
        _go(vault.batchHash(1, 0, records));
    }

    function test_tokenThatReturnsNothingPays() public {
        (OddToken odd, bytes memory records) = _odd();
        odd.setAnswer(OddToken.Answer.Nothing);
        vault.executeBatch(0, records, noProof);
        _eq(odd.balanceOf(bob), 4);
        _eq(odd.balanceOf(carol), 5);
        _eq(vault.totals().owed, 0);
    }

    function test_tokenThatAnswersAnythingButTrueDefers() public {
        OddToken.Answer[3] memory answers =
            [OddToken.Answer.False, OddToken.Answer.Short, OddToken.Answer.Two];
        for (uint256 i; i < answers.length; ++i) {
            (OddToken odd, bytes memory records) = _odd();
            odd.setAnswer(answers[i]);
            odd.setRefuses(bob, true);
            vault.executeBatch(0, records, noProof);
            _eq(vault.owed(bob), 4);
            _eq(odd.balanceOf(bob), 0);
            _eq(odd.balanceOf(carol), 5);
        }
    }

    function test_stoppedTokenDefersNobody() public {
        (OddToken odd, bytes memory records) = _odd();
        odd.setStopped(true);
        vm.expectRevert(I.TokenUnavailable.selector);
        vault.executeBatch(0, records, noProof);
        odd.setStopped(false);
        vault.executeBatch(0, records, noProof);
        _eq(odd.balanceOf(bob), 4);
    }

    /// @dev The token is asked only when it paid nobody: this one refuses the vault, and pays others.
    function test_tokenThatRefusesTheVaultStillPaysOthers() public {
        (OddToken odd, bytes memory records) = _odd();
        odd.setAnswer(OddToken.Answer.False);
        odd.setRefuses(bob, true);
        odd.setRefuses(address(vault), true);
        vault.executeBatch(0, records, noProof);
        _eq(vault.owed(bob), 4);
        _eq(odd.balanceOf(carol), 5);
    }

    function test_tokenThatCallsBackGetsNowhere() public {
        (OddToken odd, bytes memory records) = _odd();
        I.Leaf memory leaf = tree[0];
        bytes[10] memory calls = [
            abi.encodeCall(vault.deposit, (bob, 10)),
            abi.encodeCall(vault.depositWithPermit, (bob, 10, 0, 0, 0, 0)),
            abi.encodeCall(vault.depositWithAuthorization, (bob, 10, 0, 0, 0, 0, 0, 0)),
            abi.encodeCall(vault.executeBatch, (0, records, noProof)),
            abi.encodeCall(vault.claimOwed, (bob, bob)),
            abi.encodeCall(vault.claim, (leaf, "", leaf.account)),
            abi.encodeCall(vault.claimWithSig, (leaf, "", leaf.account, _now(), "")),
            abi.encodeCall(vault.exit, (leaf, "", leaf.account)),
            abi.encodeCall(vault.exitDeposit, (bob)),
            abi.encodeCall(vault.withdrawSurplus, (bob, 1, bytes32(uint256(1))))
        ];
        odd.mint(address(this), 10);
        odd.approve(address(vault), 10);
        for (uint256 i; i < calls.length; ++i) {
            odd.setCallback(address(vault), calls[i]);
            vault.deposit(alice, 1);
            require(
                odd.callbackSelector() == ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector,
                "entered"
            );
        }
        odd.setCallback(address(vault), abi.encodeCall(vault.executeBatch, (0, records, noProof)));
        vault.executeBatch(0, records, noProof);
        _eq(odd.balanceOf(bob), 4);
        _eq(odd.balanceOf(carol), 5);
        _eq(odd.balanceOf(address(vault)), 100 + 10 - 4 - 5);
    }
}
