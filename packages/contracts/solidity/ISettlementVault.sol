// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title ISettlementVault
/// @notice Holds the reserves of an off-chain ledger in one ERC-20 token and settles that ledger in epochs.
/// @dev Each epoch names one sum tree with a leaf for every account. Money leaves it in three lanes:
///  - push: packed batches that the epoch names by hash; anybody may send them, as a rule the operator pays the gas;
///  - pull: `authorised` in an account's leaf, a figure that only grows, less what was claimed before;
///  - exit: `spendable` and `held` as well, once the operator fell silent or left an exit request unserved.
/// The token must move exact amounts (no fee on transfer, no rebasing) and must not call its recipients.
interface ISettlementVault {
    // ------------------------------------------------------------------ types

    /// @notice What an epoch says of one account. Counted in the tree: `authorised + spendable + held`.
    /// @param index The account's permanent place in every tree, below 2^40. Another wallet gets another index.
    /// @param account Who is paid.
    /// @param authorised Everything ever granted for claiming; never falls.
    /// @param spendable What the account could spend or withdraw at once. A forced exit asks for this.
    /// @param held What would still become the account's: earnings in their clearing period, budgets, escrow, requests
    /// not yet batched. Paid in exit mode only.
    /// @param payout What a batch of this epoch pays to the account. In none of the sums above.
    /// @param batch Which batch, 0 to 254. Without effect where `payout` is zero.
    /// @param deposited The account's deposits, all ever made, that the ledger has credited; never falls.
    /// @param salt Keeps neighbours from guessing the leaf from its hash.
    struct Leaf {
        uint64 index;
        address account;
        uint128 authorised;
        uint128 spendable;
        uint128 held;
        uint128 payout;
        uint16 batch;
        uint128 deposited;
        bytes32 salt;
    }

    /// @notice What the operator commits.
    /// @param root Root of the sum tree of all leaves.
    /// @param payoutRoot Root of the Merkle tree of the batches; zero when there are none.
    /// @param gross The sum at the tree's top: `authorised + spendable + held` of all leaves.
    /// @param authorisedTotal Sum of `authorised` of all leaves: the most that may ever have been claimed.
    /// @param depth Levels of the tree: every index below 2^depth has a place. Never falls.
    /// @param depositsSeen Sum of `deposited` of all leaves. They count every deposit up to one block and none after it:
    /// the vault reads this sum as a place in the order of deposits.
    /// @param payoutTotal Sum of `payout` of all leaves: the most that the batches may pay.
    struct Epoch {
        bytes32 root;
        bytes32 payoutRoot;
        uint128 gross;
        uint120 authorisedTotal;
        uint8 depth;
        uint128 depositsSeen;
        uint96 payoutTotal;
    }

    /// @notice Where the vault stands. One storage slot.
    /// @param unpaid What the active epoch's batches may still pay.
    /// @param validAt When the pending epoch may be activated.
    /// @param lastActivation When the operator last showed life. A voided epoch doesn't count.
    /// @param number Number of the active epoch; zero before the first.
    /// @param active Which of the two epoch places holds the active one.
    /// @param pending Whether the other place waits for activation.
    /// @param frozen Whether exit mode has begun. It never ends.
    /// @param demands How many leaves of the pending epoch are demanded and not shown yet.
    struct Head {
        uint96 unpaid;
        uint40 validAt;
        uint40 lastActivation;
        uint32 number;
        uint8 active;
        bool pending;
        bool frozen;
        uint24 demands;
    }

    /// @notice How a demand for one leaf of the pending epoch stands.
    enum Demand {
        None,
        Open,
        Answered
    }

    /// @notice Sums over all accounts.
    /// @param claimed Taken from leaves, by claims and exits.
    /// @param deposited Deposited ever.
    /// @param owed Refused by the token in batches, and not collected yet.
    /// @param exitPot In exit mode: what is left for unpaid payouts and for deposits newer than the tree.
    struct Totals {
        uint128 claimed;
        uint128 deposited;
        uint128 owed;
        uint128 exitPot;
    }

    /// @notice What the vault itself knows of one account.
    /// @param claimed Taken from the leaf, by claims and exit.
    /// @param exitDeadline When an open exit request falls due; zero without one.
    /// @param exitIndex The leaf an open exit request was made with.
    /// @param exitEpoch The first epoch that can resolve an open exit request: one committed after it.
    /// @param leftWithLeaf Whether the account left with its leaf in exit mode.
    /// @param deposited Deposited ever.
    /// @param firstAt The vault's total deposits just before the account's first one.
    /// @param exitPotTaken Taken from the exit pot.
    struct Account {
        uint128 claimed;
        uint40 exitDeadline;
        uint40 exitIndex;
        uint32 exitEpoch;
        bool leftWithLeaf;
        uint128 deposited;
        uint128 firstAt;
        uint128 exitPotTaken;
    }

    /// @notice The most that one epoch may newly pay out: the greater of the two.
    /// @param floor In token units, so that a small or emptying vault can always be paid out.
    /// @param bps In 1/10,000 of the vault's token balance at commit.
    /// @param validAt When a proposed limit may be applied; zero for the limit in force.
    struct OutflowLimit {
        uint128 floor;
        uint16 bps;
        uint40 validAt;
    }

    /// @notice What is fixed at deployment.
    /// @param token The only token of this vault.
    /// @param admin First holder of the default admin role.
    /// @param operator First holder of the operator role; zero: the admin grants it later. So for the next two.
    /// @param guardian First holder of the guardian role.
    /// @param treasurer First holder of the treasurer role.
    /// @param adminDelay Seconds a change of the admin waits.
    /// @param challengeDelay Seconds from commit to activation.
    /// @param silenceLimit Without an activation for so many seconds, anybody may start exit mode.
    /// @param forcedWindow An exit request unserved for so many seconds lets anybody start exit mode.
    /// @param limitDelay Seconds from the proposal of another outflow limit to its application.
    /// @param outflowFloor First limit, see {OutflowLimit}.
    /// @param outflowBps First limit, see {OutflowLimit}.
    struct Config {
        address token;
        address admin;
        address operator;
        address guardian;
        address treasurer;
        uint48 adminDelay;
        uint40 challengeDelay;
        uint40 silenceLimit;
        uint40 forcedWindow;
        uint40 limitDelay;
        uint128 outflowFloor;
        uint16 outflowBps;
    }

    // ------------------------------------------------------------------ events

    /// @notice `payer` paid `amount` in for `account`.
    event Deposited(address indexed account, address indexed payer, uint256 amount);
    /// @notice The operator named the next epoch.
    /// @param dataHash Hash of the published file with every leaf and batch of the epoch.
    event EpochCommitted(uint32 indexed number, Epoch epoch, uint256 validAt, bytes32 dataHash);
    /// @notice The pending epoch became the active one.
    event EpochActivated(uint32 indexed number);
    /// @notice The pending epoch was vetoed, challenged with success, owed somebody a leaf, or was overtaken by exit mode.
    event EpochVoided(uint32 indexed number, address indexed by);
    /// @notice `account` doubts that the pending epoch has a leaf of its own at `index`, and waits to be shown it.
    event LeafDemanded(uint32 indexed number, address indexed account, uint64 indexed index);
    /// @notice The leaf at `index` was shown, and takes nothing back.
    event DemandAnswered(uint32 indexed number, uint64 indexed index);
    /// @notice A batch was paid, but for `refused`, which is owed now.
    event BatchExecuted(uint32 indexed number, uint256 indexed index, uint256 total, uint256 refused);
    /// @notice The token refused a payout; `account` may collect it by {claimOwed}.
    event PayoutDeferred(address indexed account, uint256 amount);
    /// @notice A claim from a leaf was paid.
    event Claimed(address indexed account, address indexed to, uint256 amount);
    /// @notice What the token had refused was collected.
    event OwedClaimed(address indexed account, address indexed to, uint256 amount);
    /// @notice An account demands its spendable money until `deadline`.
    event ExitRequested(address indexed account, uint64 index, uint256 deadline);
    /// @notice An exit request was served.
    event ExitResolved(address indexed account);
    /// @notice Exit mode began, with epoch `number` as the last one.
    event ExitModeEntered(uint32 indexed number, uint256 exitPot);
    /// @notice An exit was paid.
    event Exited(address indexed account, address indexed to, uint256 amount);
    /// @notice Money beyond every obligation left the vault.
    /// @param debit Id of the ledger's booking that this pays out.
    event SurplusWithdrawn(address indexed to, uint256 amount, bytes32 indexed debit);
    /// @notice The guardian paused the vault.
    event Paused(uint256 until);
    /// @notice The admin ended a pause early.
    event Unpaused();
    /// @notice The admin proposed another outflow limit.
    event OutflowLimitProposed(uint128 floor, uint16 bps, uint256 validAt);
    /// @notice A proposed outflow limit came into force.
    event OutflowLimitApplied(uint128 floor, uint16 bps);

    // ------------------------------------------------------------------ errors

    /// @dev A token without code, more than 10,000 bps, or limits that a pause and its cool-down could outlast.
    error BadConfig();
    error ZeroAmount();
    /// @dev Nobody could ever be paid at this address: zero, the vault or the token.
    error InvalidAccount(address account);
    /// @dev The token moved another amount than the one asked for.
    error InexactTransfer();
    error IsPaused();
    error PauseCoolingDown();
    error NotPausedNow();
    error IsFrozen();
    error NotFrozen();
    error EpochPending();
    error NoEpochPending();
    error TooEarly();
    /// @dev The commit was made for another epoch number than the next one.
    error WrongEpoch(uint32 expected);
    /// @dev Batches were paid that the commit's snapshot hadn't seen, or the other way round.
    error BatchesChanged(uint256 executed);
    /// @dev The epoch contradicts itself, or lowers a figure that never falls.
    error InvalidEpoch();
    error OutflowLimitExceeded(uint256 outflow, uint256 limit);
    error Insolvent(uint256 reserves, uint256 needed);
    error InvalidProof();
    error NoFault();
    /// @dev Leaves are demanded before the challenge delay has passed.
    error TooLate();
    error AlreadyDemanded();
    error NotDemanded();
    /// @dev The leaf shown gives the index to another account, or lowers `authorised` or `deposited` there.
    error LeafRegresses();
    /// @dev Demanded leaves have not been shown yet.
    error DemandsOpen(uint256 demands);
    error BatchAlreadyExecuted();
    error NoSuchBatch();
    error BatchesOverdrawn();
    /// @dev Every transfer of the batch was refused, and so is one of nothing to the vault itself: the token is stopped,
    /// or blocks the vault.
    error TokenUnavailable();
    error NotAccount();
    error NothingToPay();
    error ClaimsOverdrawn();
    error SignatureExpired();
    error BadSignature();
    error NoExitRequested();
    /// @dev The leaf still holds spendable money or a payout, is not the one the request was made with, or belongs to an
    /// epoch that was committed before the request.
    error ExitUnserved();
    error OperatorAlive();
    /// @dev The account's first deposit is part of the tree: exit with the leaf.
    error DepositInTree();
    error NoLimitProposed();
    /// @dev No booking has the id zero, and each is paid out once.
    error InvalidDebit(bytes32 debit);

    // ------------------------------------------------------------------ deposits

    /// @notice Takes `amount` from the caller for `account`.
    function deposit(address account, uint256 amount) external;

    /// @notice Like {deposit}, with an EIP-2612 signature of the caller instead of an earlier approval.
    /// @dev A permit that somebody else sent first doesn't stop the deposit.
    function depositWithPermit(
        address account,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice Takes `amount` from `from` by an EIP-3009 signature. Anybody may send it; it credits the signer only.
    function depositWithAuthorization(
        address from,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    // ------------------------------------------------------------------ epochs

    /// @notice Names the next epoch. Operator only. Until it is activated or voided, no batch is paid.
    /// @dev Refused when the reserves don't cover it, when it lets out more than the outflow limit, and when its
    /// snapshot was taken in another epoch or before a batch that was paid since.
    /// @param number The number this epoch will have: ties the commit to the epoch its snapshot was taken in.
    /// @param expectedExecuted The {executed} bitmap its snapshot was taken with.
    /// @param dataHash See {EpochCommitted}.
    function commit(Epoch calldata epoch, uint32 number, uint256 expectedExecuted, bytes32 dataHash) external;

    /// @notice Makes the pending epoch the active one, after the challenge delay, when every demanded leaf was shown.
    /// Anybody may call.
    function activate() external;

    /// @notice Voids the pending epoch. Guardian only.
    function veto() external;

    /// @notice Voids the pending epoch by showing that it gives an index to another account, or lowers `authorised` or
    /// `deposited` there. Anybody may call.
    /// @param old The leaf in the active tree.
    /// @param fresh The leaf at the same index in the pending tree.
    function challengeRegression(
        Leaf calldata old,
        bytes calldata oldProof,
        Leaf calldata fresh,
        bytes calldata freshProof
    ) external;

    /// @notice Voids the pending epoch by showing that an account's place is empty in it. Anybody may call.
    function challengeOmission(Leaf calldata old, bytes calldata oldProof, bytes calldata emptyProof) external;

    /// @notice Voids the pending epoch by showing a leaf that counts deposits which were never made, or which come after
    /// `depositsSeen` in the order of deposits. Anybody may call.
    function challengePhantomDeposit(Leaf calldata fresh, bytes calldata freshProof) external;

    /// @notice Demands to be shown the caller's leaf in the pending epoch, which isn't activated before that. Within the
    /// challenge delay, once an epoch.
    /// @dev For a leaf that was withheld: a hash whose preimage nobody knows is neither a leaf nor an empty place, so
    /// neither of the other challenges applies. The account's own to ask: the answer makes the leaf public.
    /// @param old The caller's leaf in the active tree.
    function demandLeaf(Leaf calldata old, bytes calldata oldProof) external;

    /// @notice Shows a demanded leaf. Anybody may call, until the epoch is void.
    /// @param old The leaf it was demanded with.
    /// @param fresh The leaf at the same index in the pending tree: the account's, and taking nothing back.
    function answerDemand(Leaf calldata old, Leaf calldata fresh, bytes calldata freshProof) external;

    /// @notice Voids the pending epoch when a demanded leaf wasn't shown within another challenge delay after the first.
    /// Anybody may call.
    function voidUnanswered() external;

    // ------------------------------------------------------------------ push

    /// @notice Pays one batch of the active epoch. Anybody may call.
    /// @param index The batch's number, 0 to 254.
    /// @param records The packed recipients: address (20 bytes) ‖ amount (12 bytes) each.
    /// @param proof The batch's way up to `payoutRoot`, pairs hashed in sorted order.
    function executeBatch(uint256 index, bytes calldata records, bytes32[] calldata proof) external;

    /// @notice Pays what the token refused earlier. Others may have it paid to `account` only; the account, anywhere.
    function claimOwed(address account, address to) external;

    // ------------------------------------------------------------------ pull

    /// @notice Pays what a leaf authorises beyond what was claimed. Others may have it paid to the account only.
    /// @dev Never paused. Ends an open exit request that this leaf serves.
    function claim(Leaf calldata leaf, bytes calldata proof, address to) external;

    /// @notice Like {claim}, to a place that the account signed for (EIP-712, or ERC-1271 where it is a contract).
    /// @dev Signed: `ClaimTo(address account,address to,uint256 claimedSoFar,uint256 deadline)`. What was claimed so far
    /// serves as the nonce.
    function claimWithSig(
        Leaf calldata leaf,
        bytes calldata proof,
        address to,
        uint256 deadline,
        bytes calldata signature
    ) external;

    // ------------------------------------------------------------------ exit

    /// @notice Asks the operator to authorise all the caller's spendable money within the forced window.
    /// @dev Asked for again while open: nothing happens, and the deadline stays.
    function requestExit(Leaf calldata leaf, bytes calldata proof) external;

    /// @notice Ends a request by showing that the leaf it was made with has neither spendable money nor a payout left,
    /// in an epoch committed after the request. Anybody may call.
    function resolveExit(Leaf calldata leaf, bytes calldata proof) external;

    /// @notice Starts exit mode for good. Anybody may call.
    /// @param unserved An account whose exit request is overdue; no matter which when the operator is silent.
    function enterExitMode(address unserved) external;

    /// @notice In exit mode, pays all that a leaf is worth: authorised, spendable and held less what was claimed, the
    /// payout if its batch wasn't paid, and deposits newer than the leaf.
    /// @dev The first three are covered by the tree's own sum. The rest is paid as far as the exit pot lasts.
    function exit(Leaf calldata leaf, bytes calldata proof, address to) external;

    /// @notice In exit mode, gives back the deposits of an account that first deposited after the tree was built.
    function exitDeposit(address account) external;

    // ------------------------------------------------------------------ treasury and guards

    /// @notice Pays out what exceeds {outstanding}. Treasurer only; not in exit mode.
    /// @dev The vault can't see the ledger. That the booking is there, and over this amount, is for whoever reads the
    /// event to check; that it is paid out once is checked here.
    /// @param debit Id of the ledger's booking that took `amount` off what the tree holds.
    function withdrawSurplus(address to, uint256 amount, bytes32 debit) external;

    /// @notice Stops deposits, commits, batches and surplus withdrawals for 72 hours at most, and not again until 7 days
    /// after that. Never touches activation, challenges, claims or exits. Guardian only.
    function pause() external;

    /// @notice Ends a pause early. Admin only.
    function unpause() external;

    /// @notice Proposes another outflow limit, in place of an earlier proposal. Admin only.
    function proposeOutflowLimit(uint128 floor, uint16 bps) external;

    /// @notice Applies the proposed limit after its delay. Anybody may call.
    function applyOutflowLimit() external;

    // ------------------------------------------------------------------ views

    /// @notice The active epoch; all zero before the first.
    function activeEpoch() external view returns (Epoch memory);

    /// @notice The pending epoch. Reverts when there is none.
    function pendingEpoch() external view returns (Epoch memory);

    /// @notice See {Head}.
    function head() external view returns (Head memory);

    /// @notice See {Totals}.
    function totals() external view returns (Totals memory);

    /// @notice See {Account}.
    function accountOf(address account) external view returns (Account memory);

    /// @notice Refused amounts that the account may collect.
    function owed(address account) external view returns (uint256);

    /// @notice One bit per paid batch of the active epoch. Bit 255 is always set.
    function executed() external view returns (uint256);

    /// @notice The limit in force, and the proposed one (all zero when there is none).
    function outflowLimit() external view returns (OutflowLimit memory inForce, OutflowLimit memory proposed);

    /// @notice The greater of what the active and the pending epoch oblige the vault to hold.
    function outstanding() external view returns (uint256);

    /// @notice The hash of a leaf in the sum tree of this vault.
    function leafHash(Leaf calldata leaf) external view returns (bytes32);

    /// @notice The hash of a batch in the payout tree of this vault.
    function batchHash(uint32 number, uint256 index, bytes calldata records) external view returns (bytes32);
}
