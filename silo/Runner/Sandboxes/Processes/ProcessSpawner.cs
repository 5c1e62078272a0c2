using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Sandboxes.Processes;

/// <summary>The program to start: an absolute path, its arguments from the program's own name on, and its environment.</summary>
[SupportedOSPlatform("linux")]
internal sealed record ProcessStartSpec(
    string Path, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment, string WorkingDirectory)
{
    /// <summary>The user whose rights it gets from its first instruction on; null for this process's own.</summary>
    public uint? User { get; init; }
}

/// <summary>
/// Starts a child that leads a session of its own and inherits nothing but what it is given: no input, a pipe for each
/// output, default signals, only the environment named.
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe class ProcessSpawner
{
    /// <summary>Gives the process id and the pipes to read from; a <see cref="Win32Exception"/> says why not.</summary>
    public static (int Process, OutputPipes Output) Start(ProcessStartSpec startInfo)
    {
        var output = new OutputPipes();
        try
        {
            return (startInfo.User is { } user ? ThreadPrivileges.RunAs(user, () => Spawn(startInfo, output)) : Spawn(startInfo, output), output);
        }
        catch
        {
            output.Dispose();
            throw;
        }
        finally
        {
            // The child has its copies; as long as we hold one, the pipe never ends.
            output.CloseWriteEnds();
        }
    }

    private static int Spawn(ProcessStartSpec startInfo, OutputPipes output)
    {
        var actions = stackalloc byte[Posix.OpaqueStructSize];
        var attributes = stackalloc byte[Posix.OpaqueStructSize];
        using var arguments = new NativeStringArray(startInfo.Arguments);
        using var environment = new NativeStringArray([.. startInfo.Environment.Select(pair => $"{pair.Key}={pair.Value}")]);
        Check(Posix.InitActions(actions));
        try
        {
            Check(Posix.AddOpen(actions, 0, "/dev/null", flags: 0, mode: 0));
            Check(Posix.AddDup2(actions, output.GetWriteDescriptor(OutputStream.Out), 1));
            Check(Posix.AddDup2(actions, output.GetWriteDescriptor(OutputStream.Error), 2));
            Check(Posix.AddChangeDirectory(actions, startInfo.WorkingDirectory));
            Prepare(attributes);
            Check(Posix.Spawn(
                out var process, startInfo.Path, actions, attributes, arguments.Pointer, environment.Pointer));
            return process;
        }
        finally
        {
            _ = Posix.DestroyActions(actions);
        }
    }

    // The runtime ignores some signals and blocks others, and both would pass on to the child.
    private static void Prepare(byte* attributes)
    {
        var signals = stackalloc byte[Posix.OpaqueStructSize];
        Check(Posix.InitAttributes(attributes));
        Check(Posix.ClearSignals(signals));
        Check(Posix.SetSignalMask(attributes, signals));
        Check(Posix.FillSignals(signals));
        Check(Posix.SetSignalDefaults(attributes, signals));
        Check(Posix.SetFlags(attributes, Posix.SpawnNewSession | Posix.SpawnSignalMask | Posix.SpawnSignalDefaults));
    }

    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new Win32Exception(error);
        }
    }
}

/// <summary>A list of strings as C wants it: pointers to zero-terminated UTF-8, and a null at the end.</summary>
internal sealed unsafe class NativeStringArray : IDisposable
{
    private readonly int _count;

    public NativeStringArray(IReadOnlyList<string> texts)
    {
        _count = texts.Count;
        Pointer = (byte**)NativeMemory.AllocZeroed((nuint)_count + 1, (nuint)sizeof(byte*));
        for (var i = 0; i < _count; i++)
        {
            Pointer[i] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[i]);
        }
    }

    public byte** Pointer { get; }

    public void Dispose()
    {
        for (var i = 0; i < _count; i++)
        {
            Marshal.FreeCoTaskMem((nint)Pointer[i]);
        }

        NativeMemory.Free(Pointer);
    }
}
