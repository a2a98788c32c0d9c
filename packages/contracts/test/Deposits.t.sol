// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlementVault as I} from "../solidity/ISettlementVault.sol";
import {Artifacts} from "./util/Artifacts.sol";
import {Fixture} from "./util/Fixture.sol";
import {OddToken} from "./util/OddToken.sol";
import {vm} from "./util/Vm.sol";

contract DepositsTest is Fixture {
    bytes32 private constant PERMIT =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
    bytes32 private constant RECEIVE = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );

    function setUp() public {
        _setUp(0, 10_000);
    }

    function test_depositIsCountedForItsAccount() public {
        vm.expectEmit(address(vault));
        emit I.Deposited(alice, address(this), 40);
        vault.deposit(alice, 40);
        vault.deposit(bob, 2);
        vault.deposit(alice, 1);

        I.Account memory a = vault.accountOf(alice);
        _eq(a.deposited, 41);
        _eq(a.firstAt, 0);
        _eq(vault.accountOf(bob).firstAt, 40);
        _eq(vault.totals().deposited, 43);
        _eq(vault.outstanding(), 43);
        _eq(_balance(address(vault)), 43);
    }

    function testFuzz_depositsAddUp(uint96[5] calldata amounts) public {
        uint256 sum;
        for (uint256 i; i < amounts.length; ++i) {
            address account = i % 2 == 0 ? alice : bob;
            if (amounts[i] == 0) vm.expectRevert(I.ZeroAmount.selector);
            vault.deposit(account, amounts[i]);
            sum += amounts[i];
        }
        _eq(vault.totals().deposited, sum);
        _eq(uint256(vault.accountOf(alice).deposited) + vault.accountOf(bob).deposited, sum);
        _eq(_balance(address(vault)), sum);
        _eq(vault.outstanding(), sum);
    }

    function test_depositForSomebodyWhoCanNeverBePaidIsRefused() public {
        address[3] memory nobody = [address(0), address(vault), address(token)];
        for (uint256 i; i < nobody.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(I.InvalidAccount.selector, nobody[i]));
            vault.deposit(nobody[i], 10);

            token.mint(alice, 10);
            (uint8 v, bytes32 r, bytes32 s) = _permit(10, _now());
            vm.expectRevert(abi.encodeWithSelector(I.InvalidAccount.selector, nobody[i]));
            vm.prank(alice);
            vault.depositWithPermit(nobody[i], 10, _now(), v, r, s);
        }
        _eq(_balance(address(vault)), 0);
    }

    function test_pauseAndExitModeRefuseEveryWayToDeposit() public {
        vault.pause();
        _everyWayIsRefused(I.IsPaused.selector);
        _silence();
        _everyWayIsRefused(I.IsFrozen.selector);
    }

    function _everyWayIsRefused(bytes4 reason) private {
        vm.expectRevert(reason);
        vault.deposit(alice, 10);
        vm.expectRevert(reason);
        vault.depositWithPermit(alice, 10, 0, 0, 0, 0);
        vm.expectRevert(reason);
        vault.depositWithAuthorization(alice, 10, 0, 0, 0, 0, 0, 0);
    }

    function test_depositWithoutMoneyOrApprovalIsRefused() public {
        vm.expectRevert();
        vm.prank(stranger);
        vault.deposit(stranger, 1);
        _eq(vault.totals().deposited, 0);
    }

    function test_tokenThatKeepsAFeeIsRefused() public {
        OddToken odd = new OddToken();
        I.Config memory config = _config(0, 10_000);
        config.token = address(odd);
        vault = Artifacts.vault(config);
        odd.mint(address(this), 100);
        odd.approve(address(vault), 100);
        odd.setFee(1);
        vm.expectRevert(I.InexactTransfer.selector);
        vault.deposit(alice, 10);
        odd.setFee(0);
        odd.setAnswer(OddToken.Answer.Nothing);
        vault.deposit(alice, 10);
        _eq(vault.accountOf(alice).deposited, 10);
    }

    // ------------------------------------------------------------------ signatures

    function _permit(uint256 amount, uint256 deadline) private returns (uint8, bytes32, bytes32) {
        return _sign(keccak256(abi.encode(PERMIT, alice, vault, amount, token.nonces(alice), deadline)));
    }

    function _sign(bytes32 message) private returns (uint8, bytes32, bytes32) {
        return vm.sign(ALICE_KEY, keccak256(abi.encodePacked("\x19\x01", token.DOMAIN_SEPARATOR(), message)));
    }

    function test_permitPaysForAnybodyTheSignerNames() public {
        token.mint(alice, 60);
        (uint8 v, bytes32 r, bytes32 s) = _permit(60, _now());
        vm.prank(alice);
        vault.depositWithPermit(bob, 60, _now(), v, r, s);
        _eq(vault.accountOf(bob).deposited, 60);
        _eq(_balance(alice), 0);
    }

    function test_permitThatSomebodySentFirstDoesNotStopTheDeposit() public {
        token.mint(alice, 40);
        (uint8 v, bytes32 r, bytes32 s) = _permit(40, _now());
        vm.prank(stranger);
        token.permit(alice, address(vault), 40, _now(), v, r, s);
        vm.prank(alice);
        vault.depositWithPermit(alice, 40, _now(), v, r, s);
        _eq(vault.accountOf(alice).deposited, 40);
    }

    function test_permitOfAnotherOrOverAnotherAmountOrExpiredIsRefused() public {
        token.mint(alice, 100);
        token.mint(stranger, 100);
        (uint8 v, bytes32 r, bytes32 s) = _permit(40, _now());
        vm.expectRevert();
        vm.prank(stranger);
        vault.depositWithPermit(stranger, 40, _now(), v, r, s);
        vm.expectRevert();
        vm.prank(alice);
        vault.depositWithPermit(alice, 41, _now(), v, r, s);
        _skip(1);
        vm.expectRevert();
        vm.prank(alice);
        vault.depositWithPermit(alice, 40, _now() - 1, v, r, s);
        _eq(vault.totals().deposited, 0);
    }

    function test_authorisationCreditsItsSignerWhoeverSendsIt() public {
        token.mint(alice, 100);
        bytes32 nonce = bytes32(uint256(9));
        uint256 before = _now() + 1;
        (uint8 v, bytes32 r, bytes32 s) =
            _sign(keccak256(abi.encode(RECEIVE, alice, vault, 30, 0, before, nonce)));
        vm.expectRevert();
        vault.depositWithAuthorization(alice, 31, 0, before, nonce, v, r, s);
        vm.prank(stranger);
        vault.depositWithAuthorization(alice, 30, 0, before, nonce, v, r, s);
        _eq(vault.accountOf(alice).deposited, 30);
        _eq(vault.accountOf(stranger).deposited, 0);
        vm.expectRevert();
        vault.depositWithAuthorization(alice, 30, 0, before, nonce, v, r, s);
    }
}
