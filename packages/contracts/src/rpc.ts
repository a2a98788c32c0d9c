import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { FetchRequest } from 'ethers'

/**
 * A request that a provider of ethers asks a node with. When the patience is over the connection is ended too: ethers
 * alone only stops waiting, and each call of a node that takes calls and never answers would keep a socket for ever.
 *
 * @param patienceMs how long an answer may take, in milliseconds; after it the call fails with the code TIMEOUT
 */
export function rpcRequest(url: string, patienceMs: number): FetchRequest {
  const request = new FetchRequest(url)
  request.timeout = patienceMs
  const agent = new (url.startsWith('https:') ? HttpsAgent : HttpAgent)({ keepAlive: true })
  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (options, callback) => {
    const socket = connect(options, callback)
    // ethers sets the time; an idle connection of the pool ends by it as well.
    socket?.on('timeout', () => socket.destroy())
    return socket
  }
  request.getUrlFunc = FetchRequest.createGetUrlFunc({ agent })
  return request
}
