/** How the records of a profile follow each other. */
export type Profile = {
  readonly name: string;
  readonly version: string;
  /** Records that may stand between HEAD and the first block; at least one must. */
  readonly summaries: readonly string[];
  /** Record names of one block in order, each followed by a blank. Null: no blocks, each line of the body stands alone. */
  readonly block: RegExp | null;
  /** Records that carry usage: a block without any says nothing. */
  readonly usage: readonly string[];
  readonly footer: 'FOOT' | 'SRFO';
};

/** What the licensor needs to calculate (DSR part 3). Whole streams only. */
export const BASIC_AUDIO: Profile = {
  name: 'BasicAudioProfile',
  version: '1.2',
  summaries: ['SY02.02', 'SY04.01', 'SY05.02'],
  block: /^(RE01 )?(AS02\.02 )+(SU02 )+$/,
  usage: ['SU02'],
  footer: 'FOOT',
};

/** The same, one recording a line, where streams may be decimals (edge case 59). */
export const BASIC_AUDIO_SINGLE_RECORD: Profile = {
  name: 'BasicAudioProfileSRB',
  version: '1.2',
  summaries: ['SY02.02', 'SY04.01', 'SY05.02'],
  block: null,
  usage: ['SR02'],
  footer: 'SRFO',
};

/** What came out: money by right holder (DSR part 6). */
export const ROYALTY_REPORTING: Profile = {
  name: 'RoyaltyReportingProfile',
  version: '1.0.1',
  summaries: ['SY07'],
  block: /^(RE01 )?(AS02\.01 (SU03\.01 (LI01 )+)+)+$/,
  usage: ['SU03.01'],
  footer: 'FOOT',
};

const PROFILES: readonly Profile[] = [BASIC_AUDIO, BASIC_AUDIO_SINGLE_RECORD, ROYALTY_REPORTING];

export const profileOf = (name: string, version: string): Profile | undefined =>
  PROFILES.find((profile) => profile.name === name && profile.version === version);
