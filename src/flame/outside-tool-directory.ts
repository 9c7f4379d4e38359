/**
 * Loaded by `--import` before a program that another tool watches: the tool, and V8 for it, leave
 * files where the process is started, and the program reads its own where it belongs.
 */
const { LAB_SERVER_DIRECTORY: directory } = process.env
if (directory) process.chdir(directory)
