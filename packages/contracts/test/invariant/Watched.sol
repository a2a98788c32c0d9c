// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlementVault as I} from "../../solidity/ISettlementVault.sol";
import {IDollar, IVault} from "../util/Artifacts.sol";
import {HonestLedger} from "./HonestLedger.sol";

/// @dev What is looked at before and after every step. A fault is kept, with the law it breaks (see {InvariantsTest}).
abstract contract Watched is HonestLedger {
    enum Seen {
        Commit,
        StaleCommit,
        Activation,
        Veto,
        Demand,
        Answer,
        Unanswered,
        Batch,
        RefusedPayout,
        Claim,
        ClaimWhilePaused,
        OwedClaim,
        OwedClaimWhilePaused,
        ExitRequest,
        ExitResolved,
        ExitMode,
        ExitDeposit,
        Exit,
        ExitWhilePaused,
        Surplus,
        SurplusRefused,
        Pause
    }

    string public fault; // empty while all is well
    uint256 public seen; // one bit per {Seen}
    uint256 public totalIn;
    uint256 public totalOut;
    uint256[6] public paidByBatch; // what batches that were paid named for each user, refused or not

    mapping(address account => uint256) private _lastClaimed;
    uint32 private _bitsNumber;
    uint256 private _bits;

    /// @dev I4 and I5: what never falls didn't.
    modifier watched() {
        _;
        for (uint256 i; i < USERS; ++i) {
            uint256 claimed = vault.accountOf(user(i)).claimed;
            if (claimed < _lastClaimed[user(i)]) fault = "I4: claimed fell";
            _lastClaimed[user(i)] = claimed;
        }
        uint32 number = vault.head().number;
        uint256 bits = vault.executed();
        if (number == _bitsNumber && _bits & ~bits != 0) fault = "I5: a batch's bit fell";
        (_bitsNumber, _bits) = (number, bits);
    }

    /// @dev I6: who has no role changes no root and no sum of an epoch.
    modifier keepsEpochs() {
        bytes32 before = _epochs();
        _;
        if (_epochs() != before) fault = "I6: somebody without a role changed an epoch";
    }

    modifier whileLedgerLives() {
        if (vault.head().frozen) return;
        _;
    }

    function _epochs() private view returns (bytes32) {
        I.Head memory h = vault.head();
        I.Epoch memory none;
        return keccak256(
            abi.encode(vault.activeEpoch(), h.pending ? vault.pendingEpoch() : none, h.number, h.pending)
        );
    }

    function vaultAndToken() external view returns (IVault, IDollar) {
        return (vault, token);
    }

    function _note(Seen what) internal {
        seen |= 1 << uint256(what);
    }

    function _paused() internal view returns (bool) {
        return _now() < vault.pausedUntil();
    }

    function _proofOf(uint256 i) internal view returns (bytes memory) {
        return _proof(active.leaves, active.leaves[i].index);
    }

    /// @dev Where a user's money goes that isn't paid to the user's own address.
    function _elsewhere(uint256 i) internal pure returns (address) {
        return address(uint160(0xE000 + i % USERS));
    }

    /// @dev Everything the vault ever paid to a user or owes there, by the token's own books.
    function paid(uint256 i) public view returns (uint256) {
        return _balance(user(i)) + _balance(_elsewhere(i)) + vault.owed(user(i));
    }

    /// @dev Everything the vault was ever told to pay to a user: grants of the active tree, batches, and in exit mode
    /// the rest of the leaf with what was deposited since.
    function granted(uint256 i) public view returns (uint256 sum) {
        bool frozen = vault.head().frozen;
        uint256 deposited = vault.accountOf(user(i)).deposited;
        if (active.leaves.length == 0) return frozen ? deposited : 0;
        I.Leaf memory l = active.leaves[i];
        sum = uint256(l.authorised) + paidByBatch[i];
        if (!frozen) return sum;
        uint256 unpaid = (vault.executed() >> l.batch) & 1 != 0 ? 0 : l.payout;
        return sum + l.spendable + l.held + unpaid + deposited - l.deposited;
    }
}
