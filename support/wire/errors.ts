/**
 * The ways in which octets can break the protocol, and the AMQP reply code with which a peer answers
 * each of them, where there is one (AMQP 0-9-1 specification, section 1.2 and chapter 4).
 */
const wireErrors = {
  'wrong-protocol-header': { replyCode: undefined, says: 'the stream starts with neither a frame nor AMQP' },
  'unknown-frame-type': { replyCode: 501, says: 'no frame has this type' },
  'frame-too-large': { replyCode: 501, says: 'the frame is larger than the negotiated frame-max' },
  'wrong-frame-end': { replyCode: 501, says: 'the frame does not end with 0xCE' },
  'truncated-frame': { replyCode: 501, says: 'the stream ends in the middle of a frame' },
  'wrong-heartbeat': { replyCode: 501, says: 'a heartbeat has no payload, and channel 0' },
  truncated: { replyCode: 501, says: 'a field goes over the end of what it is part of' },
  'trailing-octets': { replyCode: 501, says: 'octets are left after the last field' },
  'wrong-content-class': { replyCode: 501, says: "the content header is of another class than the method's" },
  'wrong-content-weight': { replyCode: 501, says: 'the weight of a content header is 0' },
  'body-too-large': { replyCode: 501, says: 'the body is longer than its content header said' },
  'unknown-field-type': { replyCode: 502, says: 'no value in a field table has this type' },
  'nested-too-deep': {
    replyCode: 502,
    says: 'tables and arrays are nested deeper than any sensible peer does',
  },
  'reserved-bits': { replyCode: 502, says: 'bits are set that have no meaning' },
  'unknown-class': { replyCode: 503, says: 'no class has this number' },
  'unknown-method': { replyCode: 503, says: 'no method of the class has this number' },
  'unexpected-frame': { replyCode: 505, says: 'the frame is out of order on its channel' },
} as const;
export type WireErrorCode = keyof typeof wireErrors;

/** Octets from a peer that break the protocol. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly code: WireErrorCode;
  /** With which `connection.close` a peer answers this; absent where AMQP has no answer but closing the socket. */
  readonly replyCode: number | undefined;

  constructor(code: WireErrorCode, detail: string) {
    super(`${wireErrors[code].says}: ${detail}`);
    this.code = code;
    this.replyCode = wireErrors[code].replyCode;
  }
}
