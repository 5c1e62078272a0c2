using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace OrleansHybrid.Runner.Executors.Process;

/// <summary>
/// Tells which descriptors can be read, in the order in which that came about: a plain poll would only tell which they are.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class ReadyQueue : IDisposable
{
    private const int LargestEvent = 16;

    // The number that comes back stands right behind the flags on x86-64, and aligned everywhere else.
    private static readonly int NumberAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    private readonly SafeFileHandle _queue = new(Check(Posix.OpenQueue(Posix.CloseOnExec)), ownsHandle: true);

    /// <summary>What a call gave; a <see cref="Win32Exception"/> when that is a failure.</summary>
    public static int Check(int result) =>
        result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    /// <summary>Has a descriptor told by its number, once.</summary>
    public void Add(SafeFileHandle descriptor, int number) => Watch(Posix.Add, descriptor, number);

    /// <summary>Has one that was told, and was read since, told once more.</summary>
    public void Again(SafeFileHandle descriptor, int number) => Watch(Posix.Again, descriptor, number);

    /// <summary>Waits for the next one that can be read, or is at its end.</summary>
    public int Next()
    {
        var what = stackalloc byte[LargestEvent];
        while (Posix.WaitInQueue(Descriptor(_queue), what, most: 1, milliseconds: -1) < 1)
        {
            // A signal came between.
        }

        return Marshal.ReadInt32((nint)what, NumberAt);
    }

    /// <inheritdoc/>
    public void Dispose() => _queue.Dispose();

    private static int Descriptor(SafeFileHandle handle) => (int)handle.DangerousGetHandle();

    private void Watch(int how, SafeFileHandle descriptor, int number)
    {
        var what = stackalloc byte[LargestEvent];
        Marshal.WriteInt32((nint)what, 0, unchecked((int)Posix.ReadableOnce));
        Marshal.WriteInt64((nint)what, NumberAt, number);
        Check(Posix.Watch(Descriptor(_queue), how, Descriptor(descriptor), what));
    }
}
