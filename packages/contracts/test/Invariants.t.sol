// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Handler} from "./invariant/Handler.sol";
import {Watched} from "./invariant/Watched.sol";
import {IDollar, IVault} from "./util/Artifacts.sol";

/// @dev Laws that hold after any sequence of steps, with an honest ledger beside the vault. I4, I5, I6 and I10 are looked
/// at within each step: the handler notes a fault. For an operator who isn't honest see {HostileTest}.
contract InvariantsTest {
    Handler private handler;
    IVault private vault;
    IDollar private token;

    error NeverSeen(Watched.Seen what);

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function setUp() public {
        handler = new Handler();
        (vault, token) = handler.vaultAndToken();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), _steps());
    }

    /// @dev What moves money stands more than once, so that a run sees many epochs.
    function _steps() private view returns (bytes4[] memory s) {
        s = new bytes4[](38);
        Handler h = handler;
        uint256 n;
        (s[n++], s[n++], s[n++]) = (h.settle.selector, h.settle.selector, h.settle.selector);
        (s[n++], s[n++], s[n++]) = (h.settle.selector, h.race.selector, h.build.selector);
        (s[n++], s[n++], s[n++]) =
        (h.commit.selector, h.activate.selector, h.activate.selector);
        (s[n++], s[n++]) = (h.executeBatch.selector, h.executeBatch.selector);
        (s[n++], s[n++], s[n++]) =
        (h.deposit.selector, h.deposit.selector, h.credit.selector);
        (s[n++], s[n++], s[n++]) = (h.tip.selector, h.like.selector, h.clear.selector);
        (s[n++], s[n++], s[n++]) =
        (h.askWithdrawal.selector, h.claim.selector, h.claim.selector);
        (s[n++], s[n++]) = (h.claimOwed.selector, h.requestExit.selector);
        (s[n++], s[n++], s[n++]) =
        (h.resolveExit.selector, h.freeze.selector, h.exit.selector);
        (s[n++], s[n++]) = (h.exitDeposit.selector, h.steal.selector);
        (s[n++], s[n++]) = (h.withdrawSurplus.selector, h.pause.selector);
        (s[n++], s[n++]) = (h.unpause.selector, h.blockRecipient.selector);
        (s[n++], s[n++], s[n++]) = (h.wait.selector, h.topUp.selector, h.veto.selector);
        (s[n++], s[n++], s[n++]) =
        (h.demand.selector, h.answer.selector, h.voidUnanswered.selector);
        s[n++] = h.steal.selector;
    }

    /// All twelve but I8; one run for all of them, since each run is a world of its own.
    function invariant_I1toI12_lawsHoldAfterEveryStep() public view {
        _I1_reservesCoverWhatIsOutstanding();
        _I2_noMoreLeavesThanCameIn();
        _I3_nobodyIsPaidMoreThanWasGranted();
        _I11_owedAddsUp();
        _I12_noEpochHasSeenDepositsThatWereNeverMade();
        _I4_I5_I6_I7_I10_noStepWentWrong();
    }

    /// From any state, exit mode pays every leaf, new deposit and owed amount in full, in any order.
    function invariant_I8_everybodyCanLeaveInFull() public {
        bytes memory seed = abi.encode(handler.totalIn(), handler.totalOut(), block.timestamp);
        handler.everybodyLeaves(uint256(keccak256(seed)));
        _I2_noMoreLeavesThanCameIn();
        _I3_nobodyIsPaidMoreThanWasGranted();
        _I4_I5_I6_I7_I10_noStepWentWrong();
    }

    function _I1_reservesCoverWhatIsOutstanding() private view {
        require(token.balanceOf(address(vault)) >= vault.outstanding(), "I1: insolvent");
    }

    function _I2_noMoreLeavesThanCameIn() private view {
        require(handler.totalOut() <= handler.totalIn(), "I2: more out than in");
        require(
            token.balanceOf(address(vault)) == handler.totalIn() - handler.totalOut(), "I2: unaccounted for"
        );
    }

    function _I3_nobodyIsPaidMoreThanWasGranted() private view {
        for (uint256 i; i < handler.USERS(); ++i) {
            require(handler.paid(i) <= handler.granted(i), "I3: paid beyond what was granted");
        }
    }

    function _I11_owedAddsUp() private view {
        uint256 owed;
        for (uint256 i; i < handler.USERS(); ++i) {
            owed += vault.owed(handler.user(i));
        }
        require(owed == vault.totals().owed, "I11: owed doesn't add up");
    }

    function _I12_noEpochHasSeenDepositsThatWereNeverMade() private view {
        require(vault.activeEpoch().depositsSeen <= vault.totals().deposited, "I12: the active epoch");
        if (!vault.head().pending) return;
        require(vault.pendingEpoch().depositsSeen <= vault.totals().deposited, "I12: the pending epoch");
    }

    function _I4_I5_I6_I7_I10_noStepWentWrong() private view {
        string memory fault = handler.fault();
        require(bytes(fault).length == 0, fault);
    }

    /// @dev Laws hold easily where nothing happens: a fixed random walk must get everywhere.
    function test_walkReachesEveryCorner() public {
        uint256 seen;
        bytes4[] memory steps = _steps();
        for (uint256 walk; walk < 48; ++walk) {
            setUp();
            for (uint256 n; n < 128; ++n) {
                uint256 random = uint256(keccak256(abi.encode(walk, n)));
                bytes memory step =
                    abi.encodePacked(steps[random % steps.length], random >> 8, random >> 32, random >> 64);
                (bool ok,) = address(handler).call(step);
                require(ok, "a step reverted");
            }
            invariant_I1toI12_lawsHoldAfterEveryStep();
            seen |= handler.seen();
        }
        for (uint256 corner; corner <= uint256(type(Watched.Seen).max); ++corner) {
            if ((seen >> corner) & 1 == 0) revert NeverSeen(Watched.Seen(corner));
        }
    }
}
