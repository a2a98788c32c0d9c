// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";

/// @title TestDollar
/// @notice The play money of an embedded chain: a dollar-like token that its owner mints.
/// @dev Behaves like the large issuers' tokens where that matters to a vault: 6 decimals, EIP-2612 permits, EIP-3009
/// authorisations, and a blocklist by which a recipient can be made to refuse.
contract TestDollar is ERC20, ERC20Permit, ERC3009, Ownable {
    /// @notice Whether an address may neither send nor receive.
    mapping(address account => bool) public blocked;

    event BlockedChanged(address indexed account, bool blocked);

    error AccountBlocked(address account);

    constructor(address owner) ERC20("Test Dollar", "tUSD") ERC20Permit("Test Dollar") Ownable(owner) {}

    /// @notice Makes `amount` new units for `to`. Owner only.
    function mint(address to, uint256 amount) external onlyOwner {
        _mint(to, amount);
    }

    /// @notice Blocks an address, or lets it go. Owner only.
    function setBlocked(address account, bool value) external onlyOwner {
        blocked[account] = value;

        emit BlockedChanged(account, value);
    }

    /// @notice Six, as the large dollar tokens have.
    function decimals() public pure override returns (uint8) {
        return 6;
    }

    function _update(address from, address to, uint256 value) internal override {
        if (blocked[from]) revert AccountBlocked(from);
        if (blocked[to]) revert AccountBlocked(to);

        super._update(from, to, value);
    }
}
