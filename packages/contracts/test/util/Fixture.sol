// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlementVault as I} from "../../solidity/ISettlementVault.sol";
import {Artifacts, IDollar, IVault} from "./Artifacts.sol";
import {Trees} from "./Trees.sol";
import {vm} from "./Vm.sol";

/// @dev A vault with a tree of eight places, and the people of the stories. This contract holds every role, owns the
/// token and has plenty of it.
abstract contract Fixture {
    uint256 internal constant SENTINEL = 1 << 255;
    uint256 internal constant PLACES = 8;
    uint8 internal constant DEPTH = 3;
    uint16 internal constant NO_BATCH = 255;
    uint256 internal constant ALICE_KEY = 0xA11CE;

    address internal alice;
    address internal bob = address(0xB0B);
    address internal carol = address(0xCA01);
    address internal stranger = address(0x5712);

    IVault internal vault;
    IDollar internal token;

    I.Leaf[] internal tree; // as the tests last built it: alice in place 0, bob in place 5
    bytes32[] internal noProof;
    uint256 internal _debits;

    error NotEqual(uint256 left, uint256 right);

    function _setUp(uint128 floor, uint16 bps) internal {
        vm.warp(100_000_000);
        alice = vm.addr(ALICE_KEY);
        token = Artifacts.dollar(address(this));
        vault = Artifacts.vault(_config(floor, bps));
        token.mint(address(this), 1e30);
        token.approve(address(vault), type(uint256).max);
    }

    function _config(uint128 floor, uint16 bps) internal view returns (I.Config memory) {
        return I.Config({
            token: address(token),
            admin: address(this),
            operator: address(this),
            guardian: address(this),
            treasurer: address(this),
            adminDelay: 3 days,
            challengeDelay: 1 hours,
            silenceLimit: 14 days,
            forcedWindow: 12 days,
            limitDelay: 2 days,
            outflowFloor: floor,
            outflowBps: bps
        });
    }

    // ------------------------------------------------------------------ time and money

    /// @dev The compiler may take `block.timestamp` for constant within a test, so the clock is asked for.
    function _now() internal view returns (uint256) {
        return vm.getBlockTimestamp();
    }

    function _skip(uint256 time) internal {
        vm.warp(_now() + time);
    }

    /// @dev Money in the vault that nobody deposited.
    function _fund(uint256 amount) internal {
        token.transfer(address(vault), amount);
    }

    function _balance(address account) internal view returns (uint256) {
        return token.balanceOf(account);
    }

    function _eq(uint256 left, uint256 right) internal pure {
        if (left != right) revert NotEqual(left, right);
    }

    // ------------------------------------------------------------------ trees

    function _leaf(uint64 index, address account, uint128 authorised, uint128 spendable)
        internal
        pure
        returns (I.Leaf memory)
    {
        return I.Leaf({
            index: index,
            account: account,
            authorised: authorised,
            spendable: spendable,
            held: 0,
            payout: 0,
            batch: NO_BATCH,
            deposited: 0,
            salt: bytes32(uint256(7))
        });
    }

    function _set(I.Leaf memory a, I.Leaf memory b) internal {
        delete tree;
        tree.push(a);
        tree.push(b);
    }

    function _nodes(I.Leaf[] memory leaves) internal view returns (Trees.Node[] memory nodes) {
        nodes = new Trees.Node[](PLACES);
        for (uint256 i; i < leaves.length; ++i) {
            uint256 sum = uint256(leaves[i].authorised) + leaves[i].spendable + leaves[i].held;
            nodes[leaves[i].index] = Trees.Node(vault.leafHash(leaves[i]), sum);
        }
    }

    function _proof(I.Leaf[] memory leaves, uint256 index) internal view returns (bytes memory) {
        return Trees.proof(_nodes(leaves), index);
    }

    function _epoch(I.Leaf[] memory leaves, bytes32 payoutRoot) internal view returns (I.Epoch memory epoch) {
        Trees.Node memory top = Trees.root(_nodes(leaves));
        epoch.root = top.hash;
        epoch.payoutRoot = payoutRoot;
        epoch.gross = uint128(top.sum);
        epoch.depth = DEPTH;
        for (uint256 i; i < leaves.length; ++i) {
            epoch.authorisedTotal += uint120(leaves[i].authorised);
            epoch.depositsSeen += leaves[i].deposited;
            epoch.payoutTotal += uint96(leaves[i].payout);
        }
    }

    // ------------------------------------------------------------------ epochs

    function _number() internal view returns (uint32) {
        return vault.head().number + 1;
    }

    function _commit(bytes32 payoutRoot) internal {
        vault.commit(_epoch(tree, payoutRoot), _number(), vault.executed(), 0);
    }

    /// @dev Commits `tree` and makes it the active one.
    function _go(bytes32 payoutRoot) internal {
        _commit(payoutRoot);
        _skip(1 hours);
        vault.activate();
    }

    /// @dev 1000 in the vault; alice may claim 50 and has 60 spendable and 40 held; bob has 70 spendable.
    function _simple() internal {
        _fund(1000);
        _set(_leaf(0, alice, 50, 60), _leaf(5, bob, 0, 70));
        tree[0].held = 40;
        _go(0);
    }

    /// @dev Batch 3 pays 10 to alice and 20 to bob; beside it she may claim 5 and has 85, he may claim 7 and has 50.
    function _withBatch() internal returns (bytes memory records) {
        _fund(1000);
        records = abi.encodePacked(alice, uint96(10), bob, uint96(20));
        I.Leaf memory a = _leaf(0, alice, 5, 60);
        I.Leaf memory b = _leaf(5, bob, 7, 50);
        a.held = 25;
        (a.payout, a.batch, b.payout, b.batch) = (10, 3, 20, 3);
        _set(a, b);
        _go(vault.batchHash(_number(), 3, records));
    }

    /// @dev Each time against another booking.
    function _takeOut(address to, uint256 amount) internal {
        vault.withdrawSurplus(to, amount, bytes32(++_debits));
    }

    function _silence() internal {
        _skip(14 days + 1);
        vault.enterExitMode(address(0));
    }
}
