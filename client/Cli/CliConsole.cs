using System.Text;
using OrleansHybrid.Primitives.Output;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Cli;

/// <summary>The parts of the process that a command uses; tests replace them.</summary>
internal sealed class CliConsole
{
    private static readonly UTF8Encoding StrictUtf8 =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private bool _inputWasRead;

    /// <summary>Standard output, for bytes that must arrive as they are.</summary>
    public required Stream Output { get; init; }

    /// <summary>Standard output, for text.</summary>
    public TextWriter Out => field ??= new StreamWriter(Output, new UTF8Encoding(false)) { AutoFlush = true };

    public required TextWriter Error { get; init; }

    public required Stream Input { get; init; }

    public required bool OutputIsTerminal { get; init; }

    /// <summary>Environment variables; empty ones count as unset.</summary>
    public required Func<string, string?> GetVariable { get; init; }

    public required string WorkingFolder { get; init; }

    public required string HomeFolder { get; init; }

    /// <summary>This program's folder.</summary>
    public string ProgramFolder { get; init; } = AppContext.BaseDirectory;

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    public static CliConsole ForCurrentProcess() => new()
    {
        Output = StandardStream.Output(endsWithReader: true),
        Error = StandardStream.CreateWriter(StandardStream.Error()),
        Input = Console.OpenStandardInput(),
        OutputIsTerminal = !Console.IsOutputRedirected,
        GetVariable = name => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null,
        WorkingFolder = Environment.CurrentDirectory,
        HomeFolder = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
    };

    /// <summary>Writes a message to standard error.</summary>
    public void WriteMessage(string message) => Error.WriteLine($"hybrid: {TerminalTextSanitizer.OneLine(message)}");

    /// <summary>The bytes of a file that the user named.</summary>
    public byte[] ReadFile(string path)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(WorkingFolder, path));
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Failure, $"{path} can't be read: {ex.Message}");
        }
    }

    /// <summary>The text of a file that the user named, or of standard input for <c>-</c>.</summary>
    public string ReadText(string path)
    {
        try
        {
            return StrictUtf8.GetString(ByteOrderMark.ToUtf8(path == "-" ? ReadInput() : ReadFile(path)).Span);
        }
        catch (DecoderFallbackException)
        {
            throw new CliException(ExitCodes.Failure, $"{path} is no UTF-8 text; base64 carries other bytes");
        }
    }

    private byte[] ReadInput()
    {
        if (_inputWasRead)
        {
            throw new CliException(ExitCodes.UsageError, "standard input (-) can be read for one thing only");
        }

        _inputWasRead = true;
        using var all = new MemoryStream();
        Input.CopyTo(all);
        return all.ToArray();
    }
}
