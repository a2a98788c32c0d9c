// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {ISettlementVault as I} from "../solidity/ISettlementVault.sol";
import {Artifacts} from "./util/Artifacts.sol";
import {Fixture} from "./util/Fixture.sol";
import {OddToken} from "./util/OddToken.sol";
import {vm} from "./util/Vm.sol";

/// @dev Tokens that misbehave where members are paid one by one; for batches see {PushTest}.
contract TokensTest is Fixture {
    OddToken private odd;

    function setUp() public {
        _setUp(0, 10_000);
    }

    /// @dev A vault of an odd token, 1000 in it; alice may claim 50 and has 60 spendable and 40 held.
    function _oddVault() private {
        odd = new OddToken();
        I.Config memory config = _config(0, 10_000);
        config.token = address(odd);
        vault = Artifacts.vault(config);
        odd.mint(address(vault), 1000);
        _set(_leaf(0, alice, 50, 60), _leaf(5, bob, 0, 70));
        tree[0].held = 40;
        _go(0);
    }

    function test_tokenThatAnswersFalsePaysNobodyAndLosesNothing() public {
        _oddVault();
        odd.setAnswer(OddToken.Answer.False);
        I.Leaf memory leaf = tree[0];
        bytes memory proof = _proof(tree, 0);
        bytes memory failed = abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, odd);
        odd.setRefuses(alice, true);
        vm.expectRevert(failed);
        vault.claim(leaf, proof, alice);
        _eq(vault.accountOf(alice).claimed, 0);
        odd.mint(address(this), 10);
        odd.approve(address(vault), 10);
        odd.setRefuses(address(vault), true);
        vm.expectRevert(I.InexactTransfer.selector); // it said true and moved nothing
        vault.deposit(alice, 10);
        odd.setRefuses(address(vault), false);

        _silence();
        vm.expectRevert(failed);
        vault.exit(leaf, proof, alice);
        odd.setRefuses(alice, false);
        odd.setAnswer(OddToken.Answer.True);
        vault.exit(leaf, proof, alice);
        _eq(odd.balanceOf(alice), 150);
    }

    function test_tokenThatIsStoppedHoldsUpClaimsAndExitsAndLosesNothing() public {
        _oddVault();
        odd.setStopped(true);
        I.Leaf memory leaf = tree[0];
        bytes memory proof = _proof(tree, 0);
        vm.expectRevert();
        vault.claim(leaf, proof, alice);
        vm.expectRevert();
        vault.withdrawSurplus(stranger, 1, bytes32(uint256(7)));
        odd.setStopped(false);
        vault.withdrawSurplus(stranger, 1, bytes32(uint256(7))); // the booking is as good as new
        vault.claim(leaf, proof, alice);
        _silence();
        odd.setStopped(true);
        vm.expectRevert();
        vault.exit(leaf, proof, alice);
        odd.setStopped(false);
        vault.exit(leaf, proof, alice);
        _eq(odd.balanceOf(alice), 150);
    }

    function test_tokenOf18DecimalsIsCountedLikeOneOf6() public {
        odd = new OddToken();
        I.Config memory config = _config(0, 10_000);
        config.token = address(odd);
        vault = Artifacts.vault(config);
        uint128 each = 10_000_000_000e18; // ten thousand million dollars, of 18 decimals
        odd.mint(address(this), each);
        odd.approve(address(vault), each);
        vault.deposit(alice, each);
        I.Leaf memory a = _leaf(0, alice, each / 2, each / 4);
        (a.payout, a.batch, a.deposited) = (each / 4, 0, each);
        _set(a, _leaf(5, bob, 0, 0));
        bytes memory records = abi.encodePacked(alice, uint96(each / 4));
        _go(vault.batchHash(1, 0, records));
        vault.executeBatch(0, records, noProof);
        vault.claim(tree[0], _proof(tree, 0), alice);
        _eq(odd.balanceOf(alice), uint256(each) * 3 / 4);
        _eq(vault.outstanding(), each / 4);
    }

    /// @dev Code can't vanish later: SELFDESTRUCT only ends an account in the transaction that made it (EIP-6780).
    function test_tokenWithoutCodeIsRefused() public {
        I.Config memory config = _config(0, 10_000);
        config.token = stranger;
        bytes memory code = Artifacts.creationCode("SettlementVault", abi.encode(config));
        vm.expectRevert(I.BadConfig.selector);
        Artifacts.create(code);
    }

    function test_blockedMemberLeavesToAnotherAddress() public {
        _simple();
        token.setBlocked(alice, true);
        I.Leaf memory leaf = tree[0];
        bytes memory proof = _proof(tree, 0);
        vm.expectRevert();
        vault.claim(leaf, proof, alice);
        vm.prank(alice);
        vault.claim(leaf, proof, carol);
        _silence();
        vm.prank(alice);
        vault.exit(leaf, proof, carol);
        _eq(_balance(carol), 150);
    }
}
