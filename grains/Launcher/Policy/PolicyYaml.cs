using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace OrleansHybrid.Launcher.Policy;

/// <summary>
/// Reads YAML as plain text, lists and sections: one document, no tags, so that nothing in it names a type, no anchors,
/// so that nothing in it grows, and no depth that a policy has no use for.
/// </summary>
internal static class PolicyYaml
{
    /// <summary>Most characters of a policy.</summary>
    public const int MaxLength = 256 << 10;

    private const int MaxDepth = 6;

    /// <summary>The section that the whole text is.</summary>
    public static PolicySection Read(string text)
    {
        if (text.Length > MaxLength)
        {
            throw new PolicyException(null, $"the file is longer than {MaxLength} characters: it is no policy.");
        }

        try
        {
            RejectUnsafeSyntax(text);
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents is [{ RootNode: YamlMappingNode root }]
                ? new PolicySection("", root)
                : throw new PolicyException(1, "the file must be one list of keys and values, as in docs/reference/launcher.md.");
        }
        catch (YamlException ex)
        {
            // What the parser says may hold what it read.
            throw new PolicyException((int)ex.Start.Line, "this is no YAML, or a key stands here twice: check indentation, quotes and keys.");
        }
    }

    // The parser goes event by event and so bears any depth; the tree that is built after it does not.
    private static void RejectUnsafeSyntax(string text)
    {
        var (parser, depth) = (new Parser(new StringReader(text)), 0);
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > MaxDepth)
            {
                throw Problem(parser, "sections lie too deep in each other.");
            }

            switch (parser.Current)
            {
                case AnchorAlias or NodeEvent { Anchor.IsEmpty: false }:
                    throw Problem(parser, "anchors and aliases are not read: write the value out.");
                case NodeEvent { Tag.IsEmpty: false }:
                    throw Problem(parser, "tags are not read: leave the word with the ! out.");
            }
        }
    }

    private static PolicyException Problem(Parser parser, string problem) => new((int)parser.Current!.Start.Line, problem);
}
