// Allowed values of DDEX (allowed-value sets of the DSR profiles, avs.xsd), limited to those that an audio streaming
// service reports.

export const COMMERCIAL_MODELS: ReadonlySet<string> = new Set([
  'AdvertisementSupportedModel',
  'AsPerContract',
  'DeviceFeeModel',
  'FreeOfChargeModel',
  'PayAsYouGoModel',
  'PerformanceRoyaltiesModel',
  'RightsClaimModel',
  'SubscriptionModel',
]);

/** Offline listening is `ConditionalDownload` or `TetheredDownload`. */
export const USE_TYPES: ReadonlySet<string> = new Set([
  'AsPerContract',
  'ConditionalDownload',
  'ContentInfluencedStream',
  'Download',
  'NonInteractiveStream',
  'OnDemandStream',
  'PermanentDownload',
  'Podcast',
  'Simulcast',
  'Stream',
  'TetheredDownload',
  'TimeInfluencedStream',
  'UseAsDevice',
  'Webcast',
]);

export const RIGHTS_TYPES: ReadonlySet<string> = new Set([
  'MakeAvailableRight',
  'MechanicalRight',
  'PerformingRight',
  'ReproductionRight',
]);

export const RESOURCE_TYPES: ReadonlySet<string> = new Set([
  'MusicalWorkSoundRecording',
  'SoundRecording',
  'Video',
]);

/** Codes of regions in CISAC's Territory Information System. 2136 is the world. */
export const TIS_REGION = { from: 2100, to: 2136 } as const;

export const WORLDWIDE = 'Worldwide';
