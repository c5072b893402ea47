/** The record structure of a profile. */
export type Profile = {
  readonly name: string;
  readonly version: string;
  /** Records allowed between HEAD and the first block; at least one is required. */
  readonly summaries: readonly string[];
  /** Record names of one block in order, each followed by a space. Null: no blocks, each body line is independent. */
  readonly block: RegExp | null;
  /** Records that carry usage; each block needs at least one. */
  readonly usage: readonly string[];
  readonly footer: 'FOOT' | 'SRFO';
};

/** Usage for the licensor's own calculation (DSR part 3). Whole streams only. */
export const BASIC_AUDIO: Profile = {
  name: 'BasicAudioProfile',
  version: '1.2',
  summaries: ['SY02.02', 'SY04.01', 'SY05.02'],
  block: /^(RE01 )?(AS02\.02 )+(SU02 )+$/,
  usage: ['SU02'],
  footer: 'FOOT',
};

/** As Basic Audio, with one line per recording and decimal streams (edge case 59). */
export const BASIC_AUDIO_SINGLE_RECORD: Profile = {
  name: 'BasicAudioProfileSRB',
  version: '1.2',
  summaries: ['SY02.02', 'SY04.01', 'SY05.02'],
  block: null,
  usage: ['SR02'],
  footer: 'SRFO',
};

/** Results of the calculation: money by right holder (DSR part 6). */
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
