/** Whether the process has begun to stop: it then answers what is under way and takes nothing new. */
export class Drain {
  begun = false;
}
