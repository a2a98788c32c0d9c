// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Rogue} from "./invariant/Rogue.sol";

/// @dev The laws that need no honest operator: whoever has the operator's key commits whatever the vault takes.
contract HostileTest {
    Rogue private rogue;

    function setUp() public {
        rogue = new Rogue();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(rogue);
    }

    function invariant_I9_rogueOperatorStaysWithinReservesAndLimit() public view {
        _noFault();
    }

    function _noFault() private view {
        string memory fault = rogue.fault();
        require(bytes(fault).length == 0, fault);
    }

    /// @dev A rogue who is refused everything proves nothing.
    function test_rogueGetsSomewhere() public {
        for (uint256 walk; walk < 12; ++walk) {
            setUp();
            for (uint256 n; n < 64; ++n) {
                uint256 random = uint256(keccak256(abi.encode("rogue", walk, n)));
                rogue.step(random);
            }
            _noFault();
            paid += rogue.taken();
            epochs += rogue.epochs();
            refused += rogue.refused();
            exits += rogue.exits();
        }
        require(paid != 0 && epochs > 12 && refused > 12 && exits != 0, "the rogue got nowhere");
    }

    uint256 private paid;
    uint256 private epochs;
    uint256 private refused;
    uint256 private exits;
}
