import type { Provider } from '@nestjs/common';
import { CloseSilentPlays } from './close-silent-plays.js';
import {
  CloseSilentPlayHandler,
  PausePlayHandler,
  RecordPlayHandler,
  ReportPlayHandler,
  ReportProgressHandler,
  ResumePlayHandler,
  SeekPlayHandler,
  StartPlayHandler,
  StopPlayHandler,
} from './commands.js';
import { ListHistoryHandler } from './listening-history.js';
import { GetNowPlayingHandler } from './now-playing.js';
import { GetPlayCountsHandler, ListTopTracksHandler } from './play-counts.js';

/** The command handlers, query handlers and services of this context. */
export const playbackProviders: readonly Provider[] = [
  StartPlayHandler,
  SeekPlayHandler,
  PausePlayHandler,
  ResumePlayHandler,
  ReportProgressHandler,
  StopPlayHandler,
  RecordPlayHandler,
  ReportPlayHandler,
  CloseSilentPlayHandler,
  GetNowPlayingHandler,
  ListHistoryHandler,
  GetPlayCountsHandler,
  ListTopTracksHandler,
  CloseSilentPlays,
];
