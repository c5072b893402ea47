// Values that DDEX allows in cells, as far as an audio streaming service reports them (allowed-value sets of the
// DSR profiles, avs.xsd). A value outside is refused before a recipient refuses it.

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

/** Offline listening is a ConditionalDownload or a TetheredDownload. */
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

/** CISAC's Territory Information System: regions. 2136 is the world. */
export const TIS_REGION = { from: 2100, to: 2136 } as const;

export const WORLDWIDE = 'Worldwide';
