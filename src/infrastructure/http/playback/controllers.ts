import type { Type } from '@nestjs/common';
import { ChartsController } from './charts.controller.js';
import { NowPlayingEventsController } from './now-playing-events.controller.js';
import { PlayCountsController } from './play-counts.controller.js';
import { PlaysController } from './plays.controller.js';

/** The controllers of this context. Routes are tried in this order. */
export const playbackControllers: readonly Type[] = [
  PlaysController,
  NowPlayingEventsController,
  ChartsController,
  PlayCountsController,
];
