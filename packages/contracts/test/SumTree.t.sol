// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SumTree} from "../solidity/libraries/SumTree.sol";
import {Trees} from "./util/Trees.sol";
import {vm} from "./util/Vm.sol";

contract SumTreeHarness {
    function climb(bytes32 hash, uint256 sum, uint256 index, bytes calldata proof)
        external
        pure
        returns (bytes32, uint256)
    {
        return SumTree.climb(hash, sum, index, proof);
    }
}

/// @dev The library against a tree built the plain way (see {Trees}).
contract SumTreeTest {
    SumTreeHarness private harness = new SumTreeHarness();

    function _tree(uint256 seed, uint256 depth) private pure returns (Trees.Node[] memory nodes) {
        nodes = new Trees.Node[](1 << depth);
        for (uint256 i; i < nodes.length; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            if (random % 5 == 0) continue; // an empty place
            nodes[i] = Trees.Node(bytes32(random), uint128(random >> 7) >> 12);
        }
    }

    function _leads(Trees.Node memory top, Trees.Node memory leaf, uint256 index, bytes memory proof)
        private
        view
        returns (bool)
    {
        try harness.climb(leaf.hash, leaf.sum, index, proof) returns (bytes32 root, uint256 total) {
            return root == top.hash && total == top.sum;
        } catch {
            return false;
        }
    }

    function testFuzz_everyPlaceLeadsToTheTop(uint256 seed, uint8 height) public view {
        Trees.Node[] memory nodes = _tree(seed, height % 7);
        Trees.Node memory top = Trees.root(nodes);
        uint256 step = nodes.length > 16 ? 7 : 1;
        for (uint256 i = seed % step; i < nodes.length; i += step) {
            require(_leads(top, nodes[i], i, Trees.proof(nodes, i)), "rejected");
        }
    }

    function testFuzz_anyChangedBitIsRejected(uint256 seed, uint8 height, uint16 bit, uint256 pick)
        public
        view
    {
        Trees.Node[] memory nodes = _tree(seed, 1 + height % 6);
        Trees.Node memory top = Trees.root(nodes);
        uint256 i = pick % nodes.length;
        bytes memory proof = Trees.proof(nodes, i);

        uint256 position = bit % (proof.length * 8);
        proof[position / 8] ^= bytes1(uint8(1 << (position % 8)));
        require(!_leads(top, nodes[i], i, proof), "a bit of the proof");
        proof[position / 8] ^= bytes1(uint8(1 << (position % 8)));

        Trees.Node memory changed = Trees.Node(nodes[i].hash ^ bytes32(1 << (bit % 256)), nodes[i].sum);
        require(!_leads(top, changed, i, proof), "a bit of the hash");
        changed = Trees.Node(nodes[i].hash, nodes[i].sum ^ (1 << (bit % 256)));
        require(!_leads(top, changed, i, proof), "a bit of the sum");
        uint256 alias_ = i + nodes.length * (uint256(bit) + 1);
        require(!_leads(top, nodes[i], alias_, proof), "an index beyond the tree");
    }

    function testFuzz_anotherIndexIsRejected(uint256 seed, uint8 height, uint256 pick, uint256 other)
        public
        view
    {
        Trees.Node[] memory nodes = _tree(seed, 1 + height % 6);
        uint256 i = pick % nodes.length;
        uint256 j = other % nodes.length;
        vm.assume(i != j);
        vm.assume(nodes[i].hash != 0); // empty places are alike on purpose
        require(!_leads(Trees.root(nodes), nodes[i], j, Trees.proof(nodes, i)), "accepted");
    }

    function testFuzz_anotherLengthIsRejected(uint256 seed, uint8 height, uint8 cut, uint256 pick)
        public
        view
    {
        Trees.Node[] memory nodes = _tree(seed, 1 + height % 6);
        Trees.Node memory top = Trees.root(nodes);
        uint256 i = pick % nodes.length;
        bytes memory proof = Trees.proof(nodes, i);
        require(!_leads(top, nodes[i], i, bytes.concat(proof, new bytes(1 + cut % 96))), "longer");
        uint256 shorter = proof.length - 1 - cut % proof.length;
        assembly ("memory-safe") {
            mstore(proof, shorter)
        }
        require(!_leads(top, nodes[i], i, proof), "shorter");
    }

    function test_sumBeyond128BitsIsRejected() public {
        bytes memory proof = abi.encodePacked(bytes32(uint256(1)), type(uint128).max);
        vm.expectRevert(SumTree.MalformedProof.selector);
        harness.climb(bytes32(uint256(2)), 1, 0, proof);
        vm.expectRevert(SumTree.MalformedProof.selector);
        harness.climb(bytes32(uint256(2)), 1 << 128, 0, "");
    }
}
