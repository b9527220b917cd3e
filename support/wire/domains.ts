import { WireError } from './errors.ts';
import { type FieldTable, readTable, writeTable } from './field-table.ts';
import type { OctetReader, OctetWriter, Text } from './octets.ts';

/** The elementary types of arguments and properties, by their names in the specification (section 4.2). */
export interface DomainValues {
  /** Neighbouring bits share an octet, the first in its lowest bit. */
  bit: boolean;
  octet: number;
  short: number;
  long: number;
  longlong: bigint;
  shortstr: Text;
  longstr: Text;
  /** Seconds since the epoch. */
  timestamp: bigint;
  table: FieldTable;
}
export type Domain = keyof DomainValues;

/** Names and domains of fields, in their order on the wire. */
export type Fields = Readonly<Record<string, Domain>>;

/** The values of these fields. */
export type FieldsOf<F extends Fields> = { -readonly [Name in keyof F]: DomainValues[F[Name]] };

interface DomainCodec<Value> {
  read(from: OctetReader): Value;
  write(to: OctetWriter, value: Value): void;
  /** What is sent where nothing is given. */
  zero: Value;
}

const uint64: DomainCodec<bigint> = {
  read: (from) => from.uint64(),
  write: (to, value) => to.uint64(value),
  zero: 0n,
};

const codecs: { [D in Exclude<Domain, 'bit'>]: DomainCodec<DomainValues[D]> } = {
  octet: { read: (from) => from.uint8(), write: (to, value) => to.uint8(value), zero: 0 },
  short: { read: (from) => from.uint16(), write: (to, value) => to.uint16(value), zero: 0 },
  long: { read: (from) => from.uint32(), write: (to, value) => to.uint32(value), zero: 0 },
  longlong: uint64,
  timestamp: uint64,
  shortstr: {
    read: (from) => from.text(from.uint8()),
    write: (to, value) => to.shortText(value),
    zero: '',
  },
  longstr: {
    read: (from) => from.text(from.uint32()),
    write: (to, value) => to.longText(value),
    zero: '',
  },
  table: { read: (from) => readTable(from), write: writeTable, zero: [] },
};

/** Values by the names of their fields, where it is not known which fields there are. */
export type FieldValues = Record<string, DomainValues[Domain]>;

/** Reads and writes one field, or the bits that share an octet. */
interface Step {
  read: (from: OctetReader, into: FieldValues) => void;
  write: (to: OctetWriter, values: Readonly<Partial<FieldValues>>) => void;
}

/**
 * What reads and writes these fields, in their order.
 *
 * @param subject whose fields they are, for the messages of errors: `basic.publish`
 */
export function fieldSteps(subject: string, fields: Fields): readonly Step[] {
  const steps: Step[] = [];
  let bits: string[] = [];
  for (const [name, domain] of Object.entries(fields)) {
    if (domain !== 'bit') {
      bits = [];
      steps.push(fieldStep(subject, name, domain));
    } else if (bits.length % 8 === 0) {
      bits = [name];
      steps.push(bitsStep(subject, bits));
    } else bits.push(name);
  }
  return steps;
}

function fieldStep(subject: string, name: string, domain: Exclude<Domain, 'bit'>): Step {
  const field = `${subject} ${name}`;
  const codec: DomainCodec<DomainValues[Domain]> = codecs[domain];
  return {
    read: (from, into) => {
      from.subject = field;
      into[name] = codec.read(from);
    },
    write: (to, values) => {
      try {
        codec.write(to, values[name] ?? codec.zero);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        throw new RangeError(`${field}: ${error.message}`, { cause: error });
      }
    },
  };
}

function bitsStep(subject: string, names: readonly string[]): Step {
  return {
    read: (from, into) => {
      from.subject = `${subject} ${names[0]}`;
      const octet = from.uint8();
      if (octet >= 1 << names.length)
        throw new WireError('reserved-bits', `${subject} ${names.join(', ')}, 0b${octet.toString(2)}`);

      for (const [bit, name] of names.entries()) into[name] = (octet & (1 << bit)) !== 0;
    },
    write: (to, values) => {
      let octet = 0;
      for (const [bit, name] of names.entries()) if (values[name] === true) octet |= 1 << bit;
      to.uint8(octet);
    },
  };
}
