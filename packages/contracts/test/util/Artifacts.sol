// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {
    IAccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/IAccessControlDefaultAdminRules.sol";

import {ISettlementVault} from "../../solidity/ISettlementVault.sol";
import {vm} from "./Vm.sol";

/// @dev Everything a deployed vault answers to.
interface IVault is ISettlementVault, IAccessControlDefaultAdminRules {
    function DEFAULT_ADMIN_ROLE() external view returns (bytes32);
    function OPERATOR_ROLE() external view returns (bytes32);
    function GUARDIAN_ROLE() external view returns (bytes32);
    function TREASURER_ROLE() external view returns (bytes32);
    function token() external view returns (address);
    function pausedUntil() external view returns (uint256);
}

/// @dev Everything a deployed test dollar answers to, as far as the tests use it.
interface IDollar {
    error AccountBlocked(address account);

    function name() external view returns (string memory);
    function symbol() external view returns (string memory);
    function decimals() external view returns (uint8);
    function totalSupply() external view returns (uint256);
    function balanceOf(address account) external view returns (uint256);
    function transfer(address to, uint256 amount) external returns (bool);
    function approve(address spender, uint256 amount) external returns (bool);
    function permit(
        address owner,
        address spender,
        uint256 value,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;
    function nonces(address owner) external view returns (uint256);
    function DOMAIN_SEPARATOR() external view returns (bytes32);
    function mint(address to, uint256 amount) external;
    function setBlocked(address account, bool value) external;
    function blocked(address account) external view returns (bool);
}

/// @dev Deploys what is committed under artifacts/, or a copy with something taken out (see mutate/).
library Artifacts {
    function dollar(address owner) internal returns (IDollar) {
        return IDollar(create(creationCode("TestDollar", abi.encode(owner))));
    }

    function vault(ISettlementVault.Config memory config) internal returns (IVault) {
        return IVault(create(creationCode("SettlementVault", abi.encode(config))));
    }

    function creationCode(string memory name, bytes memory arguments) internal view returns (bytes memory) {
        string memory folder = vm.envOr("VAULT_ARTIFACTS", string("artifacts"));
        string memory json = vm.readFile(string.concat(folder, "/", name, ".json"));
        return bytes.concat(vm.parseJsonBytes(json, ".bytecode"), arguments);
    }

    /// @dev Reverts as the constructor does.
    function create(bytes memory code) internal returns (address made) {
        assembly ("memory-safe") {
            made := create(0, add(code, 0x20), mload(code))
            if iszero(made) {
                let data := mload(0x40)
                returndatacopy(data, 0, returndatasize())
                revert(data, returndatasize())
            }
        }
    }
}
