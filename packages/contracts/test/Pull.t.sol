// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISettlementVault as I} from "../solidity/ISettlementVault.sol";
import {SumTree} from "../solidity/libraries/SumTree.sol";
import {Fixture} from "./util/Fixture.sol";
import {vm} from "./util/Vm.sol";

/// @dev A wallet that is a contract, with alice's key behind it.
contract ContractWallet {
    address private immutable _owner;

    constructor(address owner) {
        _owner = owner;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        bytes32 r = bytes32(signature[:32]);
        bytes32 s = bytes32(signature[32:64]);
        bool valid = ecrecover(digest, uint8(signature[64]), r, s) == _owner;
        return valid ? this.isValidSignature.selector : bytes4(0xffffffff);
    }
}

contract PullTest is Fixture {
    function setUp() public {
        _setUp(0, 10_000);
    }

    function test_claimPaysWhatWasGrantedSinceTheLast() public {
        _simple();
        bytes memory proof = _proof(tree, 0);
        I.Leaf memory leaf = tree[0];
        vault.pause(); // stops no claim
        vm.prank(stranger);
        vault.claim(leaf, proof, alice);
        _eq(_balance(alice), 50);
        _eq(vault.accountOf(alice).claimed, 50);
        _eq(vault.totals().claimed, 50);
        vm.expectRevert(I.NothingToPay.selector);
        vault.claim(leaf, proof, alice);
        _skip(72 hours);

        (tree[0].authorised, tree[0].spendable) = (65, 45);
        _go(0);
        vm.expectRevert(I.InvalidProof.selector);
        vault.claim(leaf, proof, alice); // the last epoch's leaf
        leaf = tree[0];
        proof = _proof(tree, 0);
        vm.prank(alice);
        vault.claim(leaf, proof, carol);
        _eq(_balance(carol), 15);
    }

    function test_othersCannotSendAClaimElsewhere() public {
        _simple();
        bytes memory proof = _proof(tree, 0);
        I.Leaf memory leaf = tree[0];
        vm.expectRevert(I.NotAccount.selector);
        vm.prank(stranger);
        vault.claim(leaf, proof, stranger);
    }

    function test_forgedLeavesAreRefused() public {
        _simple();
        bytes memory proof = _proof(tree, 0);
        for (uint256 i; i < 10; ++i) {
            I.Leaf memory leaf = tree[0];
            if (i == 0) leaf.index = 1;
            if (i == 1) leaf.account = stranger;
            if (i == 2) leaf.authorised = 51;
            if (i == 3) (leaf.authorised, leaf.spendable) = (110, 0); // the same sum
            if (i == 4) (leaf.authorised, leaf.held) = (90, 0); // the same sum
            if (i == 5) leaf.deposited = 1;
            if (i == 6) leaf.payout = 1;
            if (i == 7) leaf.batch = 1;
            if (i == 8) leaf.salt = 0;
            if (i == 9) (leaf.spendable, leaf.held) = (40, 60); // the same sum
            vm.expectRevert(I.InvalidProof.selector);
            vm.prank(leaf.account);
            vault.claim(leaf, proof, leaf.account);
        }
        I.Leaf memory far = tree[0];
        far.index = 8;
        vm.expectRevert(SumTree.MalformedProof.selector);
        vault.claim(far, proof, alice);
        I.Leaf memory good = tree[0];
        vm.expectRevert(I.InvalidProof.selector);
        vault.claim(good, bytes.concat(proof, new bytes(48)), alice);
        vm.chainId(99);
        vm.expectRevert(I.InvalidProof.selector);
        vault.claim(good, proof, alice);
        vm.chainId(31337);
        vault.claim(good, proof, alice);
    }

    /// @dev A root over amounts that don't add up to the committed sum proves nothing.
    function test_treeWithAnotherSumThanCommittedPaysNobody() public {
        _fund(1000);
        _set(_leaf(0, alice, 50, 100), _leaf(5, bob, 0, 70));
        I.Epoch memory e = _epoch(tree, 0);
        e.gross -= 1;
        vault.commit(e, 1, SENTINEL, 0);
        _skip(1 hours);
        vault.activate();
        bytes memory proof = _proof(tree, 0);
        I.Leaf memory leaf = tree[0];
        vm.expectRevert(I.InvalidProof.selector);
        vault.claim(leaf, proof, alice);
    }

    /// @dev One place per index: a tree that isn't as deep as committed could have others.
    function test_treeOfAnotherDepthThanCommittedPaysNobody() public {
        _fund(1000);
        _set(_leaf(0, alice, 50, 100), _leaf(5, bob, 0, 70));
        I.Epoch memory e = _epoch(tree, 0);
        e.depth = DEPTH + 1;
        vault.commit(e, 1, SENTINEL, 0);
        _skip(1 hours);
        vault.activate();
        bytes memory proof = _proof(tree, 0);
        I.Leaf memory leaf = tree[0];
        vm.expectRevert(I.InvalidProof.selector);
        vault.claim(leaf, proof, alice);
    }

    function test_claimsCannotExceedTheirTotal() public {
        _fund(1000);
        _set(_leaf(0, alice, 50, 100), _leaf(5, bob, 40, 70));
        I.Epoch memory e = _epoch(tree, 0);
        e.authorisedTotal = 60;
        vault.commit(e, 1, SENTINEL, 0);
        _skip(1 hours);
        vault.activate();
        vault.claim(tree[0], _proof(tree, 0), alice);
        bytes memory proof = _proof(tree, 5);
        I.Leaf memory leaf = tree[1];
        vm.expectRevert(I.ClaimsOverdrawn.selector);
        vault.claim(leaf, proof, bob);
    }

    function test_twoLeavesOfOneAccountPayTheGreaterOnly() public {
        _fund(1000);
        _set(_leaf(0, alice, 50, 0), _leaf(5, alice, 30, 0));
        _go(0);
        vault.claim(tree[0], _proof(tree, 0), alice);
        I.Leaf memory second = tree[1];
        bytes memory proof = _proof(tree, 5);
        vm.expectRevert(I.NothingToPay.selector);
        vault.claim(second, proof, alice);
    }

    // ------------------------------------------------------------------ by signature

    function _signClaim(address account, address to, uint256 claimedSoFar, uint256 deadline)
        private
        returns (bytes memory)
    {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("SettlementVault"),
                keccak256("1"),
                block.chainid,
                address(vault)
            )
        );
        bytes32 typehash =
            keccak256("ClaimTo(address account,address to,uint256 claimedSoFar,uint256 deadline)");
        bytes32 message = keccak256(abi.encode(typehash, account, to, claimedSoFar, deadline));
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(ALICE_KEY, keccak256(abi.encodePacked("\x19\x01", domain, message)));
        return abi.encodePacked(r, s, v);
    }

    function test_signedClaimIsPaidToWhomItNamesOnce() public {
        _simple();
        bytes memory proof = _proof(tree, 0);
        bytes memory signature = _signClaim(alice, carol, 0, _now());
        I.Leaf memory leaf = tree[0];
        vm.expectRevert(I.BadSignature.selector);
        vault.claimWithSig(leaf, proof, stranger, _now(), signature);
        vm.expectRevert(I.SignatureExpired.selector);
        vault.claimWithSig(leaf, proof, carol, _now() - 1, signature);
        vm.prank(stranger);
        vault.claimWithSig(leaf, proof, carol, _now(), signature);
        _eq(_balance(carol), 50);

        (tree[0].authorised, tree[0].spendable) = (60, 50);
        uint256 deadline = _now() + 1 days;
        signature = _signClaim(alice, carol, 0, deadline);
        _go(0);
        proof = _proof(tree, 0);
        leaf = tree[0];
        vm.expectRevert(I.BadSignature.selector); // signed when nothing had been claimed
        vault.claimWithSig(leaf, proof, carol, deadline, signature);
    }

    function test_contractWalletSignsByErc1271() public {
        address wallet = address(new ContractWallet(alice));
        _fund(1000);
        _set(_leaf(0, wallet, 50, 0), _leaf(5, bob, 0, 0));
        _go(0);
        I.Leaf memory leaf = tree[0];
        bytes memory proof = _proof(tree, 0);
        bytes memory forAnother = _signClaim(alice, carol, 0, _now());
        vm.expectRevert(I.BadSignature.selector);
        vault.claimWithSig(leaf, proof, carol, _now(), forAnother);
        vault.claimWithSig(leaf, proof, carol, _now(), _signClaim(wallet, carol, 0, _now()));
        _eq(_balance(carol), 50);
    }
}
