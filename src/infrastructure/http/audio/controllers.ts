import type { Type } from '@nestjs/common';
import { DeliveriesController } from './deliveries.controller.js';

/** The controllers of this context. Routes are tried in this order. */
export const audioControllers: readonly Type[] = [DeliveriesController];
