// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {ISettlementVault} from "../ISettlementVault.sol";

/// @title BatchPayout
/// @notice Pays a packed list of recipients: one record is 32 bytes, address (20) ‖ amount (12).
/// @dev What the token refuses is noted as owed to its recipient and never stops the others. The token must have code:
/// a call to an address without code succeeds and would count as paid.
library BatchPayout {
    using SafeERC20 for IERC20;

    uint256 private constant RECORD = 32;

    /// @dev The list isn't a whole number of records.
    error MalformedRecords();

    /// @notice Sum of a list's amounts.
    function total(bytes calldata records) internal pure returns (uint256 sum) {
        if (records.length % RECORD != 0) revert MalformedRecords();

        assembly ("memory-safe") {
            let end := add(records.offset, records.length)
            for { let p := records.offset } lt(p, end) { p := add(p, 0x20) } {
                sum := add(sum, and(calldataload(p), 0xffffffffffffffffffffffff))
            }
        }
    }

    /// @notice Transfers to every recipient of a list.
    /// @param token The ERC-20 to pay in.
    /// @param records The packed list.
    /// @param owed Where refused amounts are noted.
    /// @return refused Sum of the refused amounts.
    function send(
        address token,
        bytes calldata records,
        mapping(address account => uint256 amount) storage owed
    ) internal returns (uint256 refused) {
        uint256 cursor;
        while (cursor < records.length) {
            uint256 record;
            (cursor, record) = _sendUntilRefused(token, records, cursor);
            if (record == 0) continue;

            address account = address(uint160(record >> 96));
            uint256 amount = uint96(record);
            owed[account] += amount;
            refused += amount;

            emit ISettlementVault.PayoutDeferred(account, amount);
        }
    }

    /// @notice Whether the token moves anything at all for this contract.
    /// @dev Nothing, to itself: a stopped token refuses that too, as does one that blocks this contract.
    function moves(address token) internal returns (bool) {
        return IERC20(token).trySafeTransfer(address(this), 0);
    }

    /// @dev Transfers from `cursor` on and stops behind the first refused record; zero when none was refused.
    /// Paid means: the call succeeded and returned `true`, or nothing, as some old tokens do.
    /// No gas is set aside for the rest of the loop. An inner call starved of gas leaves at most a 64th behind, less than
    /// noting a refusal costs, so the whole batch reverts instead of deferring somebody for lack of gas.
    function _sendUntilRefused(address token, bytes calldata records, uint256 cursor)
        private
        returns (uint256 next, uint256 refusedRecord)
    {
        assembly ("memory-safe") {
            let data := mload(0x40)
            let p := add(records.offset, cursor)
            let end := add(records.offset, records.length)
            mstore(data, shl(224, 0xa9059cbb)) // transfer(address,uint256)

            for {} lt(p, end) {} {
                let record := calldataload(p)
                p := add(p, 0x20)
                mstore(add(data, 0x04), shr(96, record))
                mstore(add(data, 0x24), and(record, 0xffffffffffffffffffffffff))

                let called := call(gas(), token, 0, data, 0x44, 0x00, 0x20)
                let size := returndatasize()
                if iszero(and(called, or(iszero(size), and(gt(size, 0x1f), eq(mload(0x00), 1))))) {
                    refusedRecord := record
                    break
                }
            }
            next := sub(p, records.offset)
        }
    }
}
