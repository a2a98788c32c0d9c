import { Counter, Gauge, type Registry } from 'prom-client'

export type StreamMetrics = { open: Gauge; sent: Counter; cut: Counter }

/** How many streams are open, what they were sent, and how many were cut. */
export function createStreamMetrics(register: Registry): StreamMetrics {
  const registers = [register]
  return {
    open: new Gauge({ name: 'rivulet_streams_open', help: 'Streams that are open.', registers }),
    sent: new Counter({
      name: 'rivulet_stream_events_sent_total',
      help: 'Events that were sent by streams.',
      registers,
    }),
    cut: new Counter({
      name: 'rivulet_streams_cut_total',
      help: 'Streams that were cut because their reader did not read.',
      registers,
    }),
  }
}
