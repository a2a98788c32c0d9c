// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev An ERC-20 whose transfers can be made to misbehave in the ways that tokens in use do.
contract OddToken {
    enum Answer {
        True,
        Nothing, // as the oldest large dollar token
        False,
        Short, // fewer than 32 bytes
        Two // a word that is neither true nor false
    }

    mapping(address account => uint256) public balanceOf;
    mapping(address owner => mapping(address spender => uint256)) public allowance;
    mapping(address account => bool) public refuses;
    Answer public answer;
    bool public stopped;
    uint256 public fee;
    bytes4 public callbackSelector; // of the callback's revert
    address private _callee;
    bytes private _callback;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function setAnswer(Answer value) external {
        answer = value;
    }

    function setStopped(bool value) external {
        stopped = value;
    }

    function setFee(uint256 value) external {
        fee = value;
    }

    function setRefuses(address account, bool value) external {
        refuses[account] = value;
    }

    /// @dev Calls back in the middle of every transfer, and keeps how that ended.
    function setCallback(address callee, bytes calldata data) external {
        (_callee, _callback, callbackSelector) = (callee, data, 0);
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount);
        _reply(refuses[to]);
    }

    function transferFrom(address from, address to, uint256 amount) external {
        allowance[from][msg.sender] -= amount;
        _move(from, to, amount);
        _reply(false);
    }

    function _move(address from, address to, uint256 amount) private {
        require(!stopped, "stopped");
        if (_callee != address(0)) {
            (bool ok, bytes memory reason) = _callee.call(_callback);
            callbackSelector = ok ? bytes4(0) : bytes4(reason);
        }
        if (refuses[to]) {
            require(answer != Answer.True && answer != Answer.Nothing, "refused");
            return;
        }
        balanceOf[from] -= amount;
        balanceOf[to] += amount - fee;
    }

    function _reply(bool refused) private view {
        Answer reply = refused || answer == Answer.Nothing ? answer : Answer.True;
        assembly ("memory-safe") {
            switch reply
            case 0 { mstore(0, 1) }
            case 2 { mstore(0, 0) }
            default { mstore(0, 2) }
            if eq(reply, 1) { return(0, 0) }
            if eq(reply, 3) { return(0, 31) }
            return(0, 32)
        }
    }
}
