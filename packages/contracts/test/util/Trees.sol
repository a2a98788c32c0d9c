// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev A sum tree the plain way: every node of every level, no assembly. Shares no code with the library under test.
library Trees {
    struct Node {
        bytes32 hash;
        uint256 sum;
    }

    function parent(Node memory left, Node memory right) internal pure returns (Node memory) {
        bytes memory pair = abi.encodePacked(left.hash, uint128(left.sum), right.hash, uint128(right.sum));
        return Node(keccak256(pair), left.sum + right.sum);
    }

    /// @param nodes The lowest level: 2^depth of them, empty places all zero.
    function root(Node[] memory nodes) internal pure returns (Node memory) {
        while (nodes.length > 1) {
            nodes = up(nodes);
        }
        return nodes[0];
    }

    function proof(Node[] memory nodes, uint256 index) internal pure returns (bytes memory data) {
        while (nodes.length > 1) {
            Node memory sibling = nodes[index % 2 == 0 ? index + 1 : index - 1];
            data = abi.encodePacked(data, sibling.hash, uint128(sibling.sum));
            nodes = up(nodes);
            index /= 2;
        }
    }

    function up(Node[] memory nodes) internal pure returns (Node[] memory next) {
        next = new Node[](nodes.length / 2);
        for (uint256 i; i < next.length; ++i) {
            next[i] = parent(nodes[2 * i], nodes[2 * i + 1]);
        }
    }
}
