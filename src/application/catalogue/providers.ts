import type { Provider } from '@nestjs/common';
import {
  ClassifyTrackHandler,
  CorrectTrackHandler,
  RegisterArtistHandler,
  RegisterTrackHandler,
} from './commands.js';
import { GetArtistHandler, GetTrackHandler, ListArtistsHandler, ListTracksHandler } from './queries.js';

/** The command handlers, query handlers and services of this context. */
export const catalogueProviders: readonly Provider[] = [
  RegisterArtistHandler,
  RegisterTrackHandler,
  ClassifyTrackHandler,
  CorrectTrackHandler,
  GetArtistHandler,
  ListArtistsHandler,
  GetTrackHandler,
  ListTracksHandler,
];
