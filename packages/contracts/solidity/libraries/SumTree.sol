// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title SumTree
/// @notice Climbs a Merkle tree whose nodes also carry the sum of everything below them.
/// @dev node = keccak256(leftHash ‖ leftSum ‖ rightHash ‖ rightSum), 32 + 16 + 32 + 16 = 96 bytes. Each child's sum is
/// hashed by itself: a node that hashed only the total would let a builder hide an amount between two children.
/// An index's bits, the lowest at the bottom, say on which side each step goes, so an index has exactly one place.
/// A proof is the siblings from the bottom up, (hash ‖ sum) = 48 bytes a level.
/// Leaves must be hashes of 32-byte preimages (hashed twice), or a 96-byte node could be offered as a leaf.
library SumTree {
    /// @dev What stands in a place that no account holds, with a sum of zero.
    bytes32 internal constant EMPTY = bytes32(0);

    /// @dev Bytes of a proof per level.
    uint256 internal constant STEP = 48;

    /// @dev Not a whole number of steps, an index beyond the tree, or a sum beyond 128 bits.
    error MalformedProof();

    /// @notice Climbs from a leaf to the top.
    /// @param hash The leaf's hash.
    /// @param sum The leaf's amount, below 2^128.
    /// @param index The leaf's place, counted from the left.
    /// @param proof The siblings from the bottom up.
    /// @return root The hash at the top.
    /// @return total The sum at the top.
    function climb(bytes32 hash, uint256 sum, uint256 index, bytes calldata proof)
        internal
        pure
        returns (bytes32 root, uint256 total)
    {
        uint256 overflow = sum >> 128;

        assembly ("memory-safe") {
            // 112 bytes of scratch behind the free pointer: a node, and the 16 bytes a right half's last word spills.
            let node := mload(0x40)
            let end := add(proof.offset, proof.length)

            for { let sibling := proof.offset } lt(sibling, end) { sibling := add(sibling, STEP) } {
                // Own half first: a left half's last word spills into the right one, which the sibling then overwrites.
                let side := mul(and(index, 1), STEP)
                mstore(add(node, side), hash)
                mstore(add(add(node, side), 0x20), shl(128, sum))
                calldatacopy(add(node, sub(STEP, side)), sibling, STEP)

                hash := keccak256(node, 96)
                sum := add(sum, shr(128, calldataload(add(sibling, 0x20))))
                overflow := or(overflow, shr(128, sum))
                index := shr(1, index)
            }
        }

        if (proof.length % STEP != 0 || index != 0 || overflow != 0) revert MalformedProof();
        return (hash, sum);
    }
}
