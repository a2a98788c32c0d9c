// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlementVault as I} from "../solidity/ISettlementVault.sol";
import {Artifacts, IVault} from "./util/Artifacts.sol";
import {Fixture} from "./util/Fixture.sol";
import {vm} from "./util/Vm.sol";

contract GuardsTest is Fixture {
    function setUp() public {
        _setUp(0, 10_000);
    }

    // ------------------------------------------------------------------ deployment

    function _refused(I.Config memory config) private {
        bytes memory code = Artifacts.creationCode("SettlementVault", abi.encode(config));
        vm.expectRevert(I.BadConfig.selector);
        Artifacts.create(code);
    }

    function test_badConfigIsRefused() public {
        I.Config memory c = _config(0, 10_001);
        _refused(c);
        c = _config(0, 1);
        c.token = stranger; // no code
        _refused(c);
    }

    function test_silenceAndWindowMustOutlastPauseCoolDownAndFourDelays() public {
        uint40 slowest = 72 hours + 7 days + 4 hours;
        I.Config memory c = _config(0, 1);
        c.forcedWindow = slowest;
        _refused(c);
        c = _config(0, 1);
        c.silenceLimit = slowest;
        _refused(c);
        c.forcedWindow = slowest + 1;
        c.silenceLimit = slowest + 1;
        Artifacts.vault(c);
    }

    function test_rolesAreGivenAtDeploymentAndNotToTheDeployer() public {
        I.Config memory c = _config(0, 1);
        (c.admin, c.operator, c.guardian, c.treasurer) = (alice, bob, carol, address(0));
        IVault other = Artifacts.vault(c);
        require(other.defaultAdmin() == alice, "admin");
        require(other.hasRole(other.OPERATOR_ROLE(), bob), "operator");
        require(other.hasRole(other.GUARDIAN_ROLE(), carol), "guardian");
        require(!other.hasRole(other.TREASURER_ROLE(), address(0)), "nobody is treasurer");
        require(!other.hasRole(other.OPERATOR_ROLE(), address(this)), "deployer");
    }

    function test_adminMovesOnlyWithItsDelay() public {
        bytes32 role = vault.DEFAULT_ADMIN_ROLE();
        vm.expectRevert();
        vault.grantRole(role, stranger);
        vault.beginDefaultAdminTransfer(stranger);
        _skip(3 days);
        vm.expectRevert();
        vm.prank(stranger);
        vault.acceptDefaultAdminTransfer();
        _skip(1);
        vm.prank(stranger);
        vault.acceptDefaultAdminTransfer();
        require(vault.defaultAdmin() == stranger, "admin");
    }

    // ------------------------------------------------------------------ surplus

    function test_onlySurplusLeavesAndOnlyByTheTreasurer() public {
        _simple();
        vault.deposit(alice, 10);
        vm.expectRevert();
        vm.prank(stranger);
        _takeOut(stranger, 1);
        vm.expectRevert(abi.encodeWithSelector(I.Insolvent.selector, 1010, 1011));
        _takeOut(stranger, 781);
        tree[0].spendable = 160;
        _commit(0); // the pending epoch needs 100 more
        vm.expectRevert(abi.encodeWithSelector(I.Insolvent.selector, 1010, 1011));
        _takeOut(stranger, 681);
        vault.pause();
        vm.expectRevert(I.IsPaused.selector);
        _takeOut(stranger, 1);
        vault.unpause();
        _takeOut(stranger, 680);
        _eq(_balance(stranger), 680);
        _eq(_balance(address(vault)), vault.outstanding());
    }

    function test_surplusLeavesOnceForEachBooking() public {
        _fund(100);
        vm.expectRevert(abi.encodeWithSelector(I.InvalidDebit.selector, bytes32(0)));
        vault.withdrawSurplus(carol, 10, 0);
        vm.expectEmit(address(vault));
        emit I.SurplusWithdrawn(carol, 10, bytes32(uint256(0xb00c)));
        vault.withdrawSurplus(carol, 10, bytes32(uint256(0xb00c)));
        vm.expectRevert(abi.encodeWithSelector(I.InvalidDebit.selector, bytes32(uint256(0xb00c))));
        vault.withdrawSurplus(carol, 10, bytes32(uint256(0xb00c)));
        vault.withdrawSurplus(carol, 10, bytes32(uint256(0xb00d)));
        _eq(_balance(carol), 20);
    }

    // ------------------------------------------------------------------ pause

    function test_pauseEndsByItselfAndCoolsDown() public {
        vm.expectRevert();
        vm.prank(stranger);
        vault.pause();
        vault.pause();
        vm.expectRevert(I.PauseCoolingDown.selector);
        vault.pause();
        _skip(72 hours);
        vault.deposit(alice, 1);
        _skip(7 days - 1);
        vm.expectRevert(I.PauseCoolingDown.selector);
        vault.pause();
        _skip(1);
        vault.pause();
    }

    function test_adminEndsAPauseEarlyAndTheCoolDownCountsFromThere() public {
        vault.pause();
        vm.expectRevert();
        vm.prank(stranger);
        vault.unpause();
        vault.unpause();
        vault.deposit(alice, 1);
        vm.expectRevert(I.NotPausedNow.selector);
        vault.unpause();
        vm.expectRevert(I.PauseCoolingDown.selector);
        vault.pause();
        _skip(7 days);
        vault.pause();
    }
}
