import { DockerfileParser } from 'dockerfile-ast';

/** The stages of a Dockerfile: name, what it builds on, and its instructions as `{ keyword, line, text, words, flags, json }`. */
export function stagesOf(text) {
  const stages = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const read = readInstruction(instruction);
    if (read.keyword === 'FROM') stages.push({ from: instruction.getImage(), name: instruction.getBuildStage(), line: read.line, instructions: [] });
    else stages.at(-1)?.instructions.push(read);
  }
  return stages;
}

function readInstruction(instruction) {
  return {
    keyword: instruction.getKeyword(),
    line: instruction.getRange().start.line + 1,
    text: instruction.getArgumentsContent() ?? '',
    words: instruction.getArguments().map((argument) => argument.getValue()),
    flags: Object.fromEntries((instruction.getFlags?.() ?? []).map((flag) => [flag.getName(), flag.getValue()])),
    json: execForm(instruction),
    variables: instruction.getProperties?.().map((property) => property.getName()) ?? [],
  };
}

/** The words of `["a", "b"]`; null for the form that a shell has to read. */
function execForm(instruction) {
  const list = /\[.*\]\s*$/s.exec(instruction.getArgumentsContent() ?? '')?.[0];
  try {
    return list ? JSON.parse(list) : null;
  } catch {
    return null;
  }
}
