/** The shapes that the page which checks receipts works with. */

export type Bytes = Uint8Array<ArrayBuffer>;
export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };
export type Values = Record<string, string | number>;

/** A public key: of any log where the page gave it, under one name where a person did. */
export interface Key {
  public: Bytes;
  name: string | null;
}

export interface Signature {
  name: string;
  /** hexadecimal, 8 digits */
  id: string;
  signature: Bytes;
  line: number;
}

export interface Note {
  text: string;
  signatures: Signature[];
}

export interface Checkpoint {
  origin: string;
  size: number;
  root: Bytes;
}

export interface Proof {
  index: number;
  hashes: Bytes[];
  extra: Bytes | null;
  note: string;
  /** the lines, from 1, on which index and checkpoint stand */
  indexLine: number;
  noteLine: number;
}

/** What a file holds, of whichever kind it is. */
export interface Receipt {
  kind: 'json' | 'proof';
  leaf: string;
  leafHash: string | null;
  payload: string | null;
  salt: Bytes | null;
  proof: string | null;
  words: JsonObject | null;
  seal: string | null;
  /** whether every byte is as the service writes it, spaces included */
  spelled: boolean;
}

export interface Leaf {
  commitment: Bytes;
  kind: string;
}

export interface Signer {
  name: string;
  id: string;
  vkey: string;
  /** signatures of keys that nobody here knows */
  others: number;
}

export type StepName = 'file' | 'leaf' | 'place' | 'signature' | 'opening' | 'words' | 'agreement';

export interface Step {
  name: StepName;
  state: 'holds' | 'fails' | 'open';
  /** why, where it does not hold: codes and their values */
  faults: { code: string; values: Values }[];
}

export interface Report {
  verdict: 'holds' | 'fails' | 'open';
  steps: Step[];
  receipt: Receipt | null;
  checkpoint: Checkpoint | null;
  index: number;
  signer: Signer | null;
  others: number;
  payload: JsonObject | null;
}
