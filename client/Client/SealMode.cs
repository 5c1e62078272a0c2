namespace OrleansHybrid.Client;

/// <summary>The forms in which a client can seal payloads with a hex key; with a public RSA key there is one only.</summary>
public enum SealMode
{
    /// <summary>Our own, which says where the payload may run and how often, and proves it.</summary>
    Envelope,

    /// <summary>The one of the original document, which runners of other makes open, too, and which says nothing of the kind.</summary>
    IronCompatible,
}
