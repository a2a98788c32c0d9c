// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {IERC3009} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {ISettlementVault} from "./ISettlementVault.sol";
import {BatchPayout} from "./libraries/BatchPayout.sol";
import {SumTree} from "./libraries/SumTree.sol";

/// @title SettlementVault
/// @notice See {ISettlementVault}, which documents every call. Not upgradeable; one vault holds one token. Not audited.
contract SettlementVault is
    ISettlementVault,
    AccessControlDefaultAdminRules,
    ReentrancyGuardTransient,
    EIP712
{
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    // ------------------------------------------------------------------ constants

    bytes32 public constant OPERATOR_ROLE = keccak256("OPERATOR_ROLE");
    bytes32 public constant GUARDIAN_ROLE = keccak256("GUARDIAN_ROLE");
    bytes32 public constant TREASURER_ROLE = keccak256("TREASURER_ROLE");

    uint256 public constant PAUSE_DURATION = 72 hours;
    uint256 public constant PAUSE_COOLDOWN = 7 days;
    uint256 public constant MAX_DEPTH = 40;
    uint256 public constant MAX_BATCHES = 255;

    bytes32 private constant LEAF_TYPEHASH = keccak256(
        "Leaf(bytes32 domain,uint64 index,address account,uint128 authorised,uint128 spendable,uint128 held,uint128 payout,uint16 batch,uint128 deposited,bytes32 salt)"
    );
    bytes32 private constant BATCH_TYPEHASH =
        keccak256("Batch(bytes32 domain,uint32 number,uint256 index,bytes32 records)");
    bytes32 private constant CLAIM_TO_TYPEHASH =
        keccak256("ClaimTo(address account,address to,uint256 claimedSoFar,uint256 deadline)");

    /// @dev Always set in `executed`, so that an epoch's first batch rewrites a used slot instead of filling an empty one.
    uint256 private constant SENTINEL = 1 << 255;
    uint256 private constant BPS = 10_000;

    // ------------------------------------------------------------------ immutables

    address public immutable token;
    uint40 public immutable challengeDelay;
    uint40 public immutable silenceLimit;
    uint40 public immutable forcedWindow;
    uint40 public immutable limitDelay;

    // ------------------------------------------------------------------ storage

    Head private _head;
    /// @inheritdoc ISettlementVault
    uint256 public executed = SENTINEL;
    Totals private _totals;
    /// @dev `_head.active` tells which is which. Both places are rewritten in turn: a used slot is cheaper than a new one.
    Epoch[2] private _epochs;
    OutflowLimit private _limit;
    OutflowLimit private _proposedLimit;
    uint256 public pausedUntil;
    mapping(address account => Account) private _accounts;
    /// @inheritdoc ISettlementVault
    mapping(address account => uint256 amount) public owed;
    /// @dev Epochs voided ever. With the active epoch's number it tells every commit from every other one.
    uint256 private _voided;
    mapping(uint256 round => mapping(bytes32 oldLeaf => Demand)) private _demands;
    mapping(bytes32 debit => bool) private _paidOut;

    // ------------------------------------------------------------------ constructor

    constructor(Config memory config)
        AccessControlDefaultAdminRules(config.adminDelay, config.admin)
        EIP712("SettlementVault", "1")
    {
        if (config.token.code.length == 0) revert BadConfig();
        if (config.outflowBps > BPS) revert BadConfig();
        // However the guardian pauses and vetoes and members demand leaves at the last moment, an honest operator must not
        // look silent, nor a served request overdue. An epoch takes up to two delays, and the one after it another two.
        uint256 slowest = PAUSE_DURATION + PAUSE_COOLDOWN + 4 * uint256(config.challengeDelay);
        if (config.silenceLimit <= slowest || config.forcedWindow <= slowest) revert BadConfig();

        token = config.token;
        challengeDelay = config.challengeDelay;
        silenceLimit = config.silenceLimit;
        forcedWindow = config.forcedWindow;
        limitDelay = config.limitDelay;
        _limit = OutflowLimit({floor: config.outflowFloor, bps: config.outflowBps, validAt: 0});
        _head.lastActivation = uint40(block.timestamp);

        if (config.operator != address(0)) _grantRole(OPERATOR_ROLE, config.operator);
        if (config.guardian != address(0)) _grantRole(GUARDIAN_ROLE, config.guardian);
        if (config.treasurer != address(0)) _grantRole(TREASURER_ROLE, config.treasurer);
    }

    // ------------------------------------------------------------------ modifiers

    modifier whenNotPaused() {
        if (block.timestamp < pausedUntil) revert IsPaused();
        _;
    }

    modifier whenNotFrozen() {
        if (_head.frozen) revert IsFrozen();
        _;
    }

    modifier whenFrozen() {
        if (!_head.frozen) revert NotFrozen();
        _;
    }

    // ------------------------------------------------------------------ deposits

    /// @inheritdoc ISettlementVault
    function deposit(address account, uint256 amount) external nonReentrant whenNotPaused whenNotFrozen {
        _deposit(account, amount);
    }

    /// @inheritdoc ISettlementVault
    function depositWithPermit(
        address account,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant whenNotPaused whenNotFrozen {
        // Anybody can send a permit he saw; the allowance is there all the same, and the transfer below decides.
        try IERC20Permit(token).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}

        _deposit(account, amount);
    }

    /// @inheritdoc ISettlementVault
    function depositWithAuthorization(
        address from,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant whenNotPaused whenNotFrozen {
        uint256 reservesBefore = _reserves();

        IERC3009(token)
            .receiveWithAuthorization(from, address(this), amount, validAfter, validBefore, nonce, v, r, s);

        _credit(from, from, amount, reservesBefore);
    }

    function _deposit(address account, uint256 amount) private {
        uint256 reservesBefore = _reserves();

        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);

        _credit(account, msg.sender, amount, reservesBefore);
    }

    /// @dev Comes after the transfer, as only then it is known what arrived; every entry is `nonReentrant`.
    function _credit(address account, address payer, uint256 amount, uint256 reservesBefore) private {
        if (amount == 0) revert ZeroAmount();
        if (account == address(0) || account == address(this) || account == token) {
            revert InvalidAccount(account);
        }
        if (_reserves() - reservesBefore != amount) revert InexactTransfer();

        Account storage entry = _accounts[account];
        uint128 total = _totals.deposited;
        uint128 added = amount.toUint128();

        if (entry.deposited == 0) entry.firstAt = total;
        entry.deposited += added;
        _totals.deposited = total + added;

        emit Deposited(account, payer, amount);
    }

    // ------------------------------------------------------------------ epochs

    /// @inheritdoc ISettlementVault
    function commit(Epoch calldata epoch, uint32 number, uint256 expectedExecuted, bytes32 dataHash)
        external
        onlyRole(OPERATOR_ROLE)
        whenNotPaused
        whenNotFrozen
    {
        Head memory current = _head;
        if (current.pending) revert EpochPending();
        if (number != current.number + 1) revert WrongEpoch(current.number + 1);
        if (executed != expectedExecuted) revert BatchesChanged(executed);

        uint256 reserves = _reserves();
        _requireSuccessor(epoch, _epochs[current.active]);
        _requireWithinLimit(epoch, _epochs[current.active], reserves);
        _requireCovered(reserves, _obligations(epoch.gross, epoch.payoutTotal, epoch.depositsSeen));

        uint40 validAt = (block.timestamp + challengeDelay).toUint40();
        _epochs[current.active ^ 1] = epoch;
        _head.pending = true;
        _head.validAt = validAt;

        emit EpochCommitted(number, epoch, validAt, dataHash);
    }

    /// @inheritdoc ISettlementVault
    function activate() external whenNotFrozen {
        Head memory current = _head;
        if (!current.pending) revert NoEpochPending();
        if (block.timestamp < current.validAt) revert TooEarly();
        if (current.demands != 0) revert DemandsOpen(current.demands);

        _activate(current);
    }

    /// @inheritdoc ISettlementVault
    function veto() external onlyRole(GUARDIAN_ROLE) {
        if (!_head.pending) revert NoEpochPending();

        _void();
    }

    /// @inheritdoc ISettlementVault
    function challengeRegression(
        Leaf calldata old,
        bytes calldata oldProof,
        Leaf calldata fresh,
        bytes calldata freshProof
    ) external {
        _requireLeaf(old, oldProof, _active());
        _requireLeaf(fresh, freshProof, _pending());
        if (fresh.index != old.index) revert NoFault();
        if (_succeeds(fresh, old)) revert NoFault();

        _void();
    }

    /// @inheritdoc ISettlementVault
    function challengeOmission(Leaf calldata old, bytes calldata oldProof, bytes calldata emptyProof)
        external
    {
        _requireLeaf(old, oldProof, _active());
        _requireNode(SumTree.EMPTY, 0, old.index, emptyProof, _pending());

        _void();
    }

    /// @inheritdoc ISettlementVault
    function challengePhantomDeposit(Leaf calldata fresh, bytes calldata freshProof) external {
        Epoch storage epoch = _pending();
        Account storage entry = _accounts[fresh.account];
        _requireLeaf(fresh, freshProof, epoch);
        bool neverMade = fresh.deposited > entry.deposited;
        bool outOfOrder = fresh.deposited != 0 && entry.firstAt >= epoch.depositsSeen;
        if (!neverMade && !outOfOrder) revert NoFault();

        _void();
    }

    /// @inheritdoc ISettlementVault
    function demandLeaf(Leaf calldata old, bytes calldata oldProof) external {
        if (msg.sender != old.account) revert NotAccount();
        if (!_head.pending) revert NoEpochPending();
        if (block.timestamp >= _head.validAt) revert TooLate();
        _requireLeaf(old, oldProof, _active());
        mapping(bytes32 => Demand) storage demands = _demands[_round()];
        bytes32 key = leafHash(old);
        if (demands[key] != Demand.None) revert AlreadyDemanded();

        demands[key] = Demand.Open;
        _head.demands += 1;

        emit LeafDemanded(_head.number + 1, msg.sender, old.index);
    }

    /// @inheritdoc ISettlementVault
    function answerDemand(Leaf calldata old, Leaf calldata fresh, bytes calldata freshProof) external {
        _requireLeaf(fresh, freshProof, _pending());
        mapping(bytes32 => Demand) storage demands = _demands[_round()];
        bytes32 key = leafHash(old);
        if (demands[key] != Demand.Open) revert NotDemanded();
        if (fresh.index != old.index || !_succeeds(fresh, old)) revert LeafRegresses();

        demands[key] = Demand.Answered;
        _head.demands -= 1;

        emit DemandAnswered(_head.number + 1, fresh.index);
    }

    /// @inheritdoc ISettlementVault
    function voidUnanswered() external {
        Head memory current = _head;
        if (current.demands == 0) revert NoFault();
        if (block.timestamp < uint256(current.validAt) + challengeDelay) revert TooEarly();

        _void();
    }

    function _activate(Head memory current) private {
        current.active ^= 1;
        current.number += 1;
        current.pending = false;
        current.validAt = 0;
        current.lastActivation = uint40(block.timestamp);
        current.unpaid = _epochs[current.active].payoutTotal;

        _head = current;
        executed = SENTINEL;

        emit EpochActivated(current.number);
    }

    function _void() private {
        _head.pending = false;
        _head.demands = 0;
        _voided += 1;

        emit EpochVoided(_head.number + 1, msg.sender);
    }

    /// @dev What an epoch must satisfy by itself and against the one before.
    function _requireSuccessor(Epoch calldata next, Epoch storage last) private view {
        if (next.root == 0) revert InvalidEpoch();
        if (next.depth > MAX_DEPTH) revert InvalidEpoch();
        // In a shallower tree the higher indices would have no place, and their absence could not be shown.
        if (next.depth < last.depth) revert InvalidEpoch();
        if (next.authorisedTotal > next.gross) revert InvalidEpoch();
        if (next.authorisedTotal < last.authorisedTotal) revert InvalidEpoch();
        if (next.depositsSeen < last.depositsSeen) revert InvalidEpoch();
        if (next.depositsSeen > _totals.deposited) revert InvalidEpoch();
    }

    /// @dev Limits what the epoch may newly pay: further claims and all batches.
    function _requireWithinLimit(Epoch calldata next, Epoch storage last, uint256 reserves) private view {
        uint256 outflow = uint256(next.authorisedTotal) - last.authorisedTotal + next.payoutTotal;
        uint256 limit = Math.max(_limit.floor, reserves * _limit.bps / BPS);
        if (outflow > limit) revert OutflowLimitExceeded(outflow, limit);
    }

    // ------------------------------------------------------------------ push

    /// @inheritdoc ISettlementVault
    function executeBatch(uint256 index, bytes calldata records, bytes32[] calldata proof)
        external
        nonReentrant
        whenNotPaused
    {
        Head memory current = _head;
        uint256 bitmap = executed;
        if (current.frozen) revert IsFrozen();
        if (current.pending) revert EpochPending();
        if (index >= MAX_BATCHES) revert NoSuchBatch();
        if (_isExecuted(bitmap, index)) revert BatchAlreadyExecuted();
        bytes32 leaf = batchHash(current.number, index, records);
        if (!MerkleProof.verifyCalldata(proof, _epochs[current.active].payoutRoot, leaf)) {
            revert InvalidProof();
        }
        uint256 total = BatchPayout.total(records);
        if (total > current.unpaid) revert BatchesOverdrawn();

        executed = bitmap | (1 << index);
        _head.unpaid = uint96(current.unpaid - total);

        uint256 refused = BatchPayout.send(token, records, owed);
        if (refused != 0) {
            // When nobody was paid, either all of them refuse or the token does: it is asked.
            if (refused == total && !BatchPayout.moves(token)) revert TokenUnavailable();
            _totals.owed += refused.toUint128();
        }

        emit BatchExecuted(current.number, index, total, refused);
    }

    /// @inheritdoc ISettlementVault
    function claimOwed(address account, address to) external nonReentrant {
        _requireMayReceive(account, to);
        uint256 amount = owed[account];
        if (amount == 0) revert NothingToPay();

        owed[account] = 0;
        _totals.owed -= amount.toUint128();

        emit OwedClaimed(account, to, amount);

        IERC20(token).safeTransfer(to, amount);
    }

    // ------------------------------------------------------------------ pull

    /// @inheritdoc ISettlementVault
    function claim(Leaf calldata leaf, bytes calldata proof, address to) external nonReentrant {
        _requireMayReceive(leaf.account, to);

        _claim(leaf, proof, to);
    }

    /// @inheritdoc ISettlementVault
    function claimWithSig(
        Leaf calldata leaf,
        bytes calldata proof,
        address to,
        uint256 deadline,
        bytes calldata signature
    ) external nonReentrant {
        if (block.timestamp > deadline) revert SignatureExpired();
        uint256 claimedSoFar = _accounts[leaf.account].claimed;
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(CLAIM_TO_TYPEHASH, leaf.account, to, claimedSoFar, deadline))
        );
        if (!SignatureChecker.isValidSignatureNowCalldata(leaf.account, digest, signature)) {
            revert BadSignature();
        }

        _claim(leaf, proof, to);
    }

    function _claim(Leaf calldata leaf, bytes calldata proof, address to) private whenNotFrozen {
        Epoch storage epoch = _active();
        Account storage entry = _accounts[leaf.account];
        _requireLeaf(leaf, proof, epoch);
        uint256 amount = Math.saturatingSub(leaf.authorised, entry.claimed);
        if (amount == 0) revert NothingToPay();
        uint256 claimedTotal = _totals.claimed + amount;
        if (claimedTotal > epoch.authorisedTotal) revert ClaimsOverdrawn();

        entry.claimed = leaf.authorised;
        _totals.claimed = claimedTotal.toUint128();
        if (_isServed(leaf, entry)) _resolveExit(leaf.account);

        emit Claimed(leaf.account, to, amount);

        IERC20(token).safeTransfer(to, amount);
    }

    // ------------------------------------------------------------------ exit

    /// @inheritdoc ISettlementVault
    function requestExit(Leaf calldata leaf, bytes calldata proof) external whenNotFrozen {
        if (msg.sender != leaf.account) revert NotAccount();
        _requireLeaf(leaf, proof, _active());
        if (!_isDemandable(leaf)) revert NothingToPay();

        Account storage entry = _accounts[msg.sender];
        if (entry.exitDeadline != 0) return;

        uint40 deadline = (block.timestamp + forcedWindow).toUint40();
        entry.exitDeadline = deadline;
        entry.exitIndex = uint40(leaf.index); // in the tree, so below 2^MAX_DEPTH
        // The snapshot of an epoch that is pending already was taken without knowing of the request.
        entry.exitEpoch = _head.number + (_head.pending ? 2 : 1);

        emit ExitRequested(msg.sender, leaf.index, deadline);
    }

    /// @inheritdoc ISettlementVault
    function resolveExit(Leaf calldata leaf, bytes calldata proof) external whenNotFrozen {
        Account storage entry = _accounts[leaf.account];
        if (entry.exitDeadline == 0) revert NoExitRequested();
        _requireLeaf(leaf, proof, _active());
        if (!_isServed(leaf, entry)) revert ExitUnserved();

        _resolveExit(leaf.account);
    }

    /// @inheritdoc ISettlementVault
    function enterExitMode(address unserved) external whenNotFrozen {
        Head memory current = _head;
        uint256 deadline = _accounts[unserved].exitDeadline;
        bool silent = block.timestamp > uint256(current.lastActivation) + silenceLimit;
        bool overdue = deadline != 0 && block.timestamp > deadline;
        if (!silent && !overdue) revert OperatorAlive();

        // An epoch that anybody could have activated counts; one that could still be challenged, or owes a leaf, doesn't.
        bool due = block.timestamp >= current.validAt && current.demands == 0;
        if (current.pending && due) _activate(current);
        else if (current.pending) _void();

        uint256 pot = uint256(_head.unpaid) + _totals.deposited - _active().depositsSeen;
        _totals.exitPot = pot.toUint128();
        _head.frozen = true;

        emit ExitModeEntered(_head.number, pot);
    }

    /// @inheritdoc ISettlementVault
    function exit(Leaf calldata leaf, bytes calldata proof, address to) external nonReentrant whenFrozen {
        _requireMayReceive(leaf.account, to);
        _requireLeaf(leaf, proof, _active());

        Account storage entry = _accounts[leaf.account];
        uint256 fromTree = Math.saturatingSub(_worth(leaf), entry.claimed);
        uint256 newDeposits = Math.saturatingSub(entry.deposited, leaf.deposited);
        uint256 unpaid = _isExecuted(executed, leaf.batch) ? 0 : leaf.payout;
        uint256 fromPot = newDeposits + unpaid;
        uint256 returned = _returnToPot(entry, fromTree, fromPot);

        entry.leftWithLeaf = true;
        if (returned != 0 && returned == fromTree) return;

        _exit(leaf.account, fromTree - returned, fromPot, to);
    }

    /// @inheritdoc ISettlementVault
    function exitDeposit(address account) external nonReentrant whenFrozen {
        Account storage entry = _accounts[account];
        if (entry.leftWithLeaf || entry.firstAt < _active().depositsSeen) revert DepositInTree();

        _exit(account, 0, entry.deposited, account);
    }

    /// @param fromTree Covered by the sum of the tree.
    /// @param fromPot Everything the account may take from the exit pot, what it took before included.
    function _exit(address account, uint256 fromTree, uint256 fromPot, address to) private {
        Account storage entry = _accounts[account];
        uint256 fromPotNow = Math.min(Math.saturatingSub(fromPot, entry.exitPotTaken), _totals.exitPot);
        uint256 amount = fromTree + fromPotNow;
        if (amount == 0) revert NothingToPay();

        entry.claimed += fromTree.toUint128();
        entry.exitPotTaken += fromPotNow.toUint128();
        _totals.claimed += fromTree.toUint128();
        _totals.exitPot -= fromPotNow.toUint128();

        emit Exited(account, to, amount);

        IERC20(token).safeTransfer(to, amount);
    }

    /// @dev A deposit that {exitDeposit} gave back although the tree holds it (which takes an epoch that credited
    /// deposits out of order) comes off the tree's part, and goes back to the pot for the others.
    function _returnToPot(Account storage entry, uint256 fromTree, uint256 fromPot)
        private
        returns (uint256 returned)
    {
        returned = Math.min(Math.saturatingSub(entry.exitPotTaken, fromPot), fromTree);

        // What it took from the pot stays counted: it is more than it may take, so it gets nothing from there again.
        entry.claimed += returned.toUint128();
        _totals.claimed += returned.toUint128();
        _totals.exitPot += returned.toUint128();
    }

    function _resolveExit(address account) private {
        Account storage entry = _accounts[account];
        entry.exitDeadline = 0;
        entry.exitIndex = 0;
        entry.exitEpoch = 0;

        emit ExitResolved(account);
    }

    // ------------------------------------------------------------------ treasury and guards

    /// @inheritdoc ISettlementVault
    function withdrawSurplus(address to, uint256 amount, bytes32 debit)
        external
        onlyRole(TREASURER_ROLE)
        nonReentrant
        whenNotPaused
        whenNotFrozen
    {
        if (debit == 0 || _paidOut[debit]) revert InvalidDebit(debit);
        _requireCovered(_reserves(), outstanding() + amount);

        _paidOut[debit] = true;

        emit SurplusWithdrawn(to, amount, debit);

        IERC20(token).safeTransfer(to, amount);
    }

    /// @inheritdoc ISettlementVault
    function pause() external onlyRole(GUARDIAN_ROLE) {
        if (block.timestamp < pausedUntil + PAUSE_COOLDOWN) revert PauseCoolingDown();

        pausedUntil = block.timestamp + PAUSE_DURATION;

        emit Paused(pausedUntil);
    }

    /// @inheritdoc ISettlementVault
    function unpause() external onlyRole(DEFAULT_ADMIN_ROLE) {
        if (block.timestamp >= pausedUntil) revert NotPausedNow();

        pausedUntil = block.timestamp;

        emit Unpaused();
    }

    /// @inheritdoc ISettlementVault
    function proposeOutflowLimit(uint128 floor, uint16 bps) external onlyRole(DEFAULT_ADMIN_ROLE) {
        if (bps > BPS) revert BadConfig();

        uint40 validAt = (block.timestamp + limitDelay).toUint40();
        _proposedLimit = OutflowLimit({floor: floor, bps: bps, validAt: validAt});

        emit OutflowLimitProposed(floor, bps, validAt);
    }

    /// @inheritdoc ISettlementVault
    function applyOutflowLimit() external {
        OutflowLimit memory proposed = _proposedLimit;
        if (proposed.validAt == 0) revert NoLimitProposed();
        if (block.timestamp < proposed.validAt) revert TooEarly();

        _limit = OutflowLimit({floor: proposed.floor, bps: proposed.bps, validAt: 0});
        delete _proposedLimit;

        emit OutflowLimitApplied(proposed.floor, proposed.bps);
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc ISettlementVault
    function activeEpoch() external view returns (Epoch memory) {
        return _active();
    }

    /// @inheritdoc ISettlementVault
    function pendingEpoch() external view returns (Epoch memory) {
        return _pending();
    }

    /// @inheritdoc ISettlementVault
    function head() external view returns (Head memory) {
        return _head;
    }

    /// @inheritdoc ISettlementVault
    function totals() external view returns (Totals memory) {
        return _totals;
    }

    /// @inheritdoc ISettlementVault
    function accountOf(address account) external view returns (Account memory) {
        return _accounts[account];
    }

    /// @inheritdoc ISettlementVault
    function outflowLimit()
        external
        view
        returns (OutflowLimit memory inForce, OutflowLimit memory proposed)
    {
        return (_limit, _proposedLimit);
    }

    /// @inheritdoc ISettlementVault
    function outstanding() public view returns (uint256) {
        Head memory current = _head;
        Epoch storage active = _epochs[current.active];
        if (current.frozen) {
            return Math.saturatingSub(active.gross, _totals.claimed) + _totals.owed + _totals.exitPot;
        }

        uint256 needed = _obligations(active.gross, current.unpaid, active.depositsSeen);
        if (!current.pending) return needed;

        Epoch storage next = _epochs[current.active ^ 1];
        return Math.max(needed, _obligations(next.gross, next.payoutTotal, next.depositsSeen));
    }

    /// @inheritdoc ISettlementVault
    function leafHash(Leaf calldata leaf) public view returns (bytes32) {
        return _doubleHash(abi.encode(LEAF_TYPEHASH, _domainSeparatorV4(), leaf));
    }

    /// @inheritdoc ISettlementVault
    function batchHash(uint32 number, uint256 index, bytes calldata records) public view returns (bytes32) {
        return
            _doubleHash(abi.encode(BATCH_TYPEHASH, _domainSeparatorV4(), number, index, keccak256(records)));
    }

    // ------------------------------------------------------------------ internal views

    function _active() private view returns (Epoch storage) {
        return _epochs[_head.active];
    }

    function _pending() private view returns (Epoch storage) {
        if (!_head.pending) revert NoEpochPending();
        return _epochs[_head.active ^ 1];
    }

    /// @dev One number for each commit: every one ends in an activation or void.
    function _round() private view returns (uint256) {
        return _voided + _head.number;
    }

    function _reserves() private view returns (uint256) {
        return IERC20(token).balanceOf(address(this));
    }

    /// @dev `gross` holds everything ever authorised, so everything ever claimed comes off it.
    function _obligations(uint256 gross, uint256 unpaid, uint256 depositsSeen)
        private
        view
        returns (uint256)
    {
        Totals memory sums = _totals;
        return gross - sums.claimed + unpaid + sums.owed + (sums.deposited - depositsSeen);
    }

    function _requireCovered(uint256 reserves, uint256 needed) private pure {
        if (reserves < needed) revert Insolvent(reserves, needed);
    }

    function _requireMayReceive(address account, address to) private view {
        if (to != account && msg.sender != account) revert NotAccount();
    }

    function _requireLeaf(Leaf calldata leaf, bytes calldata proof, Epoch storage epoch) private view {
        _requireNode(leafHash(leaf), _worth(leaf), leaf.index, proof, epoch);
    }

    /// @dev The way up must be as long as the tree is deep, and add up to the committed sum.
    function _requireNode(bytes32 hash, uint256 sum, uint256 index, bytes calldata proof, Epoch storage epoch)
        private
        view
    {
        if (proof.length != SumTree.STEP * epoch.depth) revert InvalidProof();
        (bytes32 root, uint256 total) = SumTree.climb(hash, sum, index, proof);
        if (root != epoch.root || total != epoch.gross) revert InvalidProof();
    }

    /// @dev What a leaf counts in the tree.
    function _worth(Leaf calldata leaf) private pure returns (uint256) {
        return uint256(leaf.authorised) + leaf.spendable + leaf.held;
    }

    /// @dev Whether a leaf belongs to the same account as the older one at its index, and takes nothing back.
    function _succeeds(Leaf calldata fresh, Leaf calldata old) private pure returns (bool) {
        if (fresh.account != old.account) return false;
        return fresh.authorised >= old.authorised && fresh.deposited >= old.deposited;
    }

    /// @dev Whether a forced exit has anything to ask for. `held` isn't: it may still go elsewhere, and new likes would
    /// keep a request open for ever.
    function _isDemandable(Leaf calldata leaf) private pure returns (bool) {
        return leaf.spendable != 0 || leaf.payout != 0;
    }

    /// @dev Whether this leaf of the active epoch ends the account's open request. A second leaf of the account can't.
    function _isServed(Leaf calldata leaf, Account storage entry) private view returns (bool) {
        if (entry.exitDeadline == 0 || leaf.index != entry.exitIndex) return false;
        return _head.number >= entry.exitEpoch && !_isDemandable(leaf);
    }

    function _isExecuted(uint256 bitmap, uint256 batch) private pure returns (bool) {
        return batch < MAX_BATCHES && (bitmap >> batch) & 1 != 0;
    }

    /// @dev Hashed twice: the outer preimage is 32 bytes, which no tree node has.
    function _doubleHash(bytes memory data) private pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(data)));
    }
}
