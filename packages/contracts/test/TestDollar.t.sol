// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Artifacts, IDollar} from "./util/Artifacts.sol";
import {vm} from "./util/Vm.sol";

contract TestDollarTest {
    IDollar private token;
    address private alice = address(0xA11CE);
    address private bob = address(0xB0B);

    function setUp() public {
        token = Artifacts.dollar(address(this));
    }

    function test_isAnOrdinaryDollar() public {
        require(keccak256(bytes(token.name())) == keccak256("Test Dollar"), "name");
        require(keccak256(bytes(token.symbol())) == keccak256("tUSD"), "symbol");
        require(token.decimals() == 6, "decimals");
        token.mint(alice, 5_000_000);
        vm.prank(alice);
        token.transfer(bob, 2_000_000);
        require(token.balanceOf(alice) == 3_000_000 && token.balanceOf(bob) == 2_000_000, "balances");
        require(token.totalSupply() == 5_000_000, "supply");
    }

    function test_onlyTheOwnerMintsAndBlocks() public {
        vm.expectRevert();
        vm.prank(alice);
        token.mint(alice, 1);
        vm.expectRevert();
        vm.prank(alice);
        token.setBlocked(bob, true);
        require(token.totalSupply() == 0 && !token.blocked(bob), "changed");
    }

    function test_blockedAddressNeitherSendsNorReceivesUntilItIsLetGo() public {
        token.mint(alice, 10);
        token.mint(bob, 10);
        token.setBlocked(bob, true);
        vm.expectRevert(abi.encodeWithSelector(IDollar.AccountBlocked.selector, bob));
        vm.prank(alice);
        token.transfer(bob, 1);
        vm.expectRevert(abi.encodeWithSelector(IDollar.AccountBlocked.selector, bob));
        vm.prank(bob);
        token.transfer(alice, 1);
        vm.expectRevert(abi.encodeWithSelector(IDollar.AccountBlocked.selector, bob));
        token.mint(bob, 1);
        token.setBlocked(bob, false);
        vm.prank(alice);
        token.transfer(bob, 1);
        require(token.balanceOf(bob) == 11, "balance");
    }
}
