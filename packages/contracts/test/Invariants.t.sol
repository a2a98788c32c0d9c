// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Handler} from "./invariant/Handler.sol";
import {IDollar, IVault} from "./util/Artifacts.sol";

/// @dev Laws that hold after any sequence of steps.
contract InvariantsTest {
    Handler private handler;
    IVault private vault;
    IDollar private token;

    error NeverSeen(Handler.Seen what);

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
    function _steps() private pure returns (bytes4[] memory s) {
        s = new bytes4[](34);
        uint256 n;
        (s[n++], s[n++], s[n++]) = (Handler.settle.selector, Handler.settle.selector, Handler.settle.selector);
        (s[n++], s[n++], s[n++]) = (Handler.settle.selector, Handler.race.selector, Handler.build.selector);
        (s[n++], s[n++], s[n++]) =
        (Handler.commit.selector, Handler.activate.selector, Handler.activate.selector);
        (s[n++], s[n++]) = (Handler.executeBatch.selector, Handler.executeBatch.selector);
        (s[n++], s[n++], s[n++]) =
        (Handler.deposit.selector, Handler.deposit.selector, Handler.credit.selector);
        (s[n++], s[n++], s[n++]) = (Handler.tip.selector, Handler.like.selector, Handler.clear.selector);
        (s[n++], s[n++], s[n++]) =
        (Handler.askWithdrawal.selector, Handler.claim.selector, Handler.claim.selector);
        (s[n++], s[n++]) = (Handler.claimOwed.selector, Handler.requestExit.selector);
        (s[n++], s[n++], s[n++]) =
        (Handler.resolveExit.selector, Handler.freeze.selector, Handler.exit.selector);
        (s[n++], s[n++]) = (Handler.exitDeposit.selector, Handler.steal.selector);
        (s[n++], s[n++]) = (Handler.withdrawSurplus.selector, Handler.pause.selector);
        (s[n++], s[n++]) = (Handler.unpause.selector, Handler.blockRecipient.selector);
        (s[n++], s[n++], s[n++]) = (Handler.wait.selector, Handler.topUp.selector, Handler.veto.selector);
    }

    /// The reserves cover what is outstanding, no more leaves than came in, and every unit is accounted for.
    function invariant_solventAndAccountedFor() public view {
        require(token.balanceOf(address(vault)) >= vault.outstanding(), "insolvent");
        require(handler.totalOut() <= handler.totalIn(), "more out than in");
        require(token.balanceOf(address(vault)) == handler.totalIn() - handler.totalOut(), "unaccounted");
        uint256 owed;
        for (uint256 i; i < handler.USERS(); ++i) {
            owed += vault.owed(handler.user(i));
        }
        require(owed == vault.totals().owed, "owed doesn't add up");
        _noFault();
    }

    /// From any state, exit mode pays every leaf, new deposit and owed amount in full, in any order.
    function invariant_everybodyCanLeaveInFull() public {
        bytes memory seed = abi.encode(handler.totalIn(), handler.totalOut(), block.timestamp);
        handler.everybodyLeaves(uint256(keccak256(seed)));
        _noFault();
    }

    function _noFault() private view {
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
            _noFault();
            seen |= handler.seen();
        }
        for (uint256 corner; corner <= uint256(type(Handler.Seen).max); ++corner) {
            if ((seen >> corner) & 1 == 0) revert NeverSeen(Handler.Seen(corner));
        }
    }
}
