// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlementVault as I} from "../../solidity/ISettlementVault.sol";
import {Fixture} from "../util/Fixture.sol";
import {vm} from "../util/Vm.sol";

/// @dev An operator with a treasurer at hand who wants it all, with the members' deposits in the vault. Whatever is
/// committed, the vault covers what it is obliged to, and lets out no more than its limit an epoch until it freezes.
contract Rogue is Fixture {
    uint128 private constant FLOOR = 50_000;
    uint16 private constant SHARE = 1_000;

    string public fault; // empty while all is well
    uint256 public taken;
    uint256 public epochs;
    uint256 public refused;
    uint256 public exits;

    uint256 private _in;
    uint256 private _allowance; // what the epochs so far were allowed to let out
    I.Leaf[] private _active;
    I.Leaf[] private _pending;
    bytes private _activeRecords;
    bytes private _pendingRecords;

    constructor() {
        _setUp(FLOOR, SHARE);
        vault.deposit(alice, 1e6);
        vault.deposit(bob, 1e6);
        _in = 2e6;
    }

    /// @dev One thing at random, and what must hold after anything.
    function step(uint256 random) public {
        uint256 what = random % 12;
        if (what < 4) _epochOf(random >> 8);
        else if (what == 4) _batch();
        else if (what == 5) _claims(random >> 8);
        else if (what == 6) _surplus(random >> 8);
        else if (what == 7) _deposit(random >> 8);
        else if (what == 8) _forced(random >> 8);
        else if (what == 9) _skip((random >> 8) % 2 days);
        else if (what == 10) _freeze(random >> 8);
        else _leave(random >> 8);
        _check();
    }

    function _check() private {
        uint256 reserves = _balance(address(vault));
        bool frozen = vault.head().frozen;
        if (reserves < vault.outstanding()) fault = "I1: insolvent";
        if (reserves + taken != _in) fault = "I2: unaccounted for";
        if (!frozen && taken > _allowance) fault = "I9: more than the limits of the epochs so far";
        if (vault.activeEpoch().depositsSeen > vault.totals().deposited) fault = "I12: deposits never made";
    }

    /// @dev Any tree of accounts of the rogue's own, with totals that are now true and now not.
    function _epochOf(uint256 random) private {
        if (vault.head().frozen || vault.head().pending) return;
        delete _pending;
        for (uint64 i; i < 4; ++i) {
            uint256 r = uint256(keccak256(abi.encode(random, i)));
            I.Leaf memory leaf = _leaf(i * 2, address(uint160(0x900 + r % 3)), 0, uint128((r >> 20) % 4e5));
            leaf.authorised = uint128((r >> 60) % 1e5) + (_active.length == 0 ? 0 : _active[i].authorised);
            leaf.held = uint128((r >> 100) % 4e5);
            leaf.payout = r & 8 == 0 ? 0 : uint128((r >> 140) % 8e4);
            leaf.batch = 0;
            leaf.deposited = uint128((r >> 180) % 1e6);
            _pending.push(leaf);
        }
        I.Leaf memory p = _pending[0];
        _pendingRecords = abi.encodePacked(p.account, uint96(p.payout + (random & 7 == 0 ? 5 : 0)));
        I.Epoch memory e = _epoch(_pending, vault.batchHash(_number(), 0, _pendingRecords));
        if (random & 0x100 != 0) e.gross = uint128(e.gross / 2);
        if (random & 0x200 != 0) e.authorisedTotal = vault.activeEpoch().authorisedTotal;
        if (random & 0x400 != 0) e.payoutTotal = 1;
        e.depositsSeen = random & 0x800 == 0 ? vault.totals().deposited : e.depositsSeen;
        _commitAndWait(e, random);
    }

    function _commitAndWait(I.Epoch memory e, uint256 random) private {
        uint256 share = _balance(address(vault)) * SHARE / 10_000;
        try vault.commit(e, _number(), vault.executed(), 0) {
            _skip(1 hours);
            vault.activate();
            _allowance += share > FLOOR ? share : FLOOR;
            (_active, _activeRecords) = (_pending, _pendingRecords);
            ++epochs;
        } catch {
            ++refused;
            if (random & 0x1000 != 0) _fund(random % 1e5);
            if (random & 0x1000 != 0) _in += random % 1e5;
        }
    }

    function _batch() private {
        uint256 before = _balance(address(vault));
        try vault.executeBatch(0, _activeRecords, noProof) {} catch {}
        taken += before - _balance(address(vault));
    }

    function _claims(uint256 random) private {
        if (_active.length == 0) return;
        uint256 i = random % 4;
        bytes memory proof = _proof(_active, _active[i].index);
        uint256 before = _balance(address(vault));
        vm.prank(_active[i].account);
        try vault.claim(_active[i], proof, stranger) {} catch {}
        taken += before - _balance(address(vault));
    }

    /// @dev Surplus is the treasurer's: it counts as allowed, since no obligation stands against it.
    function _surplus(uint256 random) private {
        uint256 needed = vault.outstanding();
        uint256 free = _balance(address(vault)) - needed;
        uint256 amount = random % (free + 3);
        try vault.withdrawSurplus(stranger, amount, bytes32(++_debits)) {
            if (amount > free) fault = "I7: more than the surplus left";
            taken += amount;
            _allowance += amount;
        } catch {}
    }

    function _deposit(uint256 random) private {
        if (vault.head().frozen) return;
        vault.deposit(random & 1 == 0 ? carol : address(0x900), 1 + random % 1e4);
        _in += 1 + random % 1e4;
    }

    function _forced(uint256 random) private {
        if (_active.length == 0) return;
        uint256 i = random % 4;
        bytes memory proof = _proof(_active, _active[i].index);
        vm.prank(_active[i].account);
        try vault.requestExit(_active[i], proof) {} catch {}
    }

    function _freeze(uint256 random) private {
        if (vault.head().frozen || random % 4 != 0) return;
        _skip(15 days);
        vault.enterExitMode(address(0));
    }

    function _leave(uint256 random) private {
        if (!vault.head().frozen) return;
        uint256 before = _balance(address(vault));
        if (_active.length == 0 || random & 1 == 0) {
            try vault.exitDeposit(random & 2 == 0 ? carol : address(0x900)) {} catch {}
        } else {
            uint256 i = random % 4;
            bytes memory proof = _proof(_active, _active[i].index);
            vm.prank(_active[i].account);
            try vault.exit(_active[i], proof, stranger) {
                ++exits;
            } catch {}
        }
        taken += before - _balance(address(vault));
    }
}
