// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlementVault as I} from "../../solidity/ISettlementVault.sol";
import {Fixture} from "../util/Fixture.sol";

/// @dev The operator's ledger and tree builder in small. It keeps the builder's rules of the README, which is what the
/// promises of exit mode rest on.
abstract contract HonestLedger is Fixture {
    uint256 public constant USERS = 6;
    uint128 internal constant FLOOR = 500;
    uint16 internal constant SHARE = 3_000;

    struct Entry {
        uint128 spendable; // with what waits for being authorised
        uint128 queued; // that part of it
        uint128 held;
        uint128 authorised; // as of the active tree; so the next two
        uint128 payout;
        uint16 batch;
        uint128 credited; // deposits counted
    }

    /// @dev A tree with its two batches.
    struct Plan {
        I.Leaf[] leaves;
        bytes[2] records;
        bytes32[2] batchHashes;
    }

    Entry[6] internal ledger;
    Plan internal active;
    Plan internal pending;
    Plan internal built;
    bool internal hasBuilt;
    I.Epoch internal builtEpoch;
    uint32 internal builtNumber;
    uint256 internal builtExecuted;
    uint256 private _salt;
    uint256 internal paidBits = SENTINEL; // batches of the active tree that were paid

    function user(uint256 i) public pure returns (address) {
        return address(uint160(0x1000 + i % USERS));
    }

    /// @dev What trees on their way take out of the free money once they become active.
    function _inFlight(uint256 i) internal view returns (uint128) {
        if (vault.head().pending && pending.leaves.length != 0) return pending.leaves[i].payout;
        return hasBuilt ? built.leaves[i].payout : 0;
    }

    /// @dev What a user may still spend or ask for.
    function _free(uint256 i) internal view returns (uint128) {
        uint128 taken = ledger[i].queued + _inFlight(i);
        return ledger[i].spendable > taken ? ledger[i].spendable - taken : 0;
    }

    /// @dev All deposits up to this block and none left out: the order of deposits counts.
    function _credit() internal {
        for (uint256 i; i < USERS; ++i) {
            uint128 seen = vault.accountOf(user(i)).deposited;
            ledger[i].spendable += seen - ledger[i].credited;
            ledger[i].credited = seen;
        }
    }

    /// @dev Takes the snapshot; the commit may come much later.
    function _build(uint256 seed) internal {
        delete built;
        builtNumber = _number();
        builtExecuted = vault.executed();
        _salt++;
        uint256 budget = _balance(address(vault)) * SHARE / 10_000;
        if (budget < FLOOR) budget = FLOOR;
        for (uint256 i; i < USERS; ++i) {
            budget = _buildLeaf(i, seed, budget);
        }
        for (uint256 b; b < 2; ++b) {
            built.batchHashes[b] = vault.batchHash(builtNumber, b, built.records[b]);
        }
        builtEpoch = _epoch(built.leaves, _pair(built.batchHashes[0], built.batchHashes[1]));
        hasBuilt = true;
    }

    function _buildLeaf(uint256 i, uint256 seed, uint256 budget) private returns (uint256) {
        Entry storage e = ledger[i];
        bool leaving = vault.accountOf(user(i)).exitDeadline != 0;
        if (leaving) e.queued = e.spendable; // all of it, and no payout beside it
        uint128 grant = uint128(e.queued < budget ? e.queued : budget);
        budget -= grant;
        uint128 payout;
        if ((seed >> i) & 1 != 0 && !leaving) {
            payout = (e.spendable - e.queued) / uint128(1 + ((seed >> (8 + i)) & 3));
            if (payout > budget) payout = uint128(budget);
            budget -= payout;
        }
        uint16 batch = uint16(i % 2);
        if (payout != 0) {
            built.records[batch] = abi.encodePacked(built.records[batch], user(i), uint96(payout));
        }
        built.leaves
            .push(
                I.Leaf({
                    index: uint64(i + (i > 3 ? 1 : 0)), // place 4 stays empty
                    account: user(i),
                    authorised: e.authorised + grant,
                    spendable: e.spendable + _unpaid(e) - grant - payout,
                    held: e.held,
                    payout: payout,
                    batch: batch,
                    deposited: e.credited,
                    salt: bytes32(_salt)
                })
            );
        return budget;
    }

    /// @dev What the active tree wanted to pay and didn't: it comes back with the next tree.
    function _unpaid(Entry storage e) private view returns (uint128) {
        return (paidBits >> e.batch) & 1 != 0 ? 0 : e.payout;
    }

    /// @dev The pending tree became the active one: only now the ledger's changes are final.
    function _settle() internal {
        for (uint256 i; i < USERS; ++i) {
            Entry storage e = ledger[i];
            I.Leaf storage leaf = pending.leaves[i];
            uint128 grant = leaf.authorised - e.authorised;
            e.spendable = e.spendable + _unpaid(e) - grant - leaf.payout;
            e.queued -= grant;
            e.authorised = leaf.authorised;
            (e.payout, e.batch) = (leaf.payout, leaf.batch);
        }
        active = pending;
        delete pending;
        paidBits = SENTINEL;
    }

    function _pair(bytes32 a, bytes32 b) private pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }
}
